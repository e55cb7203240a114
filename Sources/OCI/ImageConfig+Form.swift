import JSON

extension ImageConfig {
  /// Container engines read a config as a whole before they unpack an image, and one member of another type, or a time in
  /// another form, makes it unreadable for them.
  ///
  /// https://github.com/opencontainers/image-spec/blob/main/specs-go/v1/config.go
  ///
  /// - Throws: `JSONError`.
  static func checkForm(of config: JSONNode) throws(JSONError) {
    // Go reads names in any case.
    try form.check(JSONNode(config.value, names: .anyCase))
  }

  private static let form = MemberForm.object([
    "created": .time, "author": .text,
    "config": .object([
      "User": .text, "ExposedPorts": .map(.object([:])), "Env": .array(.text), "Entrypoint": .array(.text),
      "Cmd": .array(.text), "Volumes": .map(.object([:])), "WorkingDir": .text, "Labels": .map(.text),
      "StopSignal": .text, "ArgsEscaped": .flag,
    ]),
    "rootfs": .object(["type": .text, "diff_ids": .array(.text)]),
    "history": .array(
      .object(["created": .time, "created_by": .text, "author": .text, "comment": .text, "empty_layer": .flag])
    ),
  ])
}

/// What Go reads into a field. It accepts null for each, and ignores other members.
indirect enum MemberForm: Sendable {
  case text, time, flag, number
  /// Bytes in base64.
  case data
  case array(MemberForm)
  case map(MemberForm)
  case object([String: MemberForm])

  func check(_ node: JSONNode) throws(JSONError) {
    if node.value == .null { return }
    switch self {
    case .text: _ = try node.string()
    case .time:
      let isTime = try node.string().isTime
      guard isTime else { throw .value(path: node.path, problem: "is not a time (such as 2015-10-21T07:28:00Z)") }
    case .number: _ = try node.integer()
    case .data:
      let isBase64 = try node.string().isBase64
      guard isBase64 else { throw .value(path: node.path, problem: "is not base64") }
    case .flag: guard case .bool = node.value else { throw node.wrong("true or false") }
    case .array(let element): for node in try node.array() { try element.check(node) }
    case .map(let value): for member in try node.members() { try value.check(member.node) }
    case .object(let forms):
      if forms.isEmpty { _ = try node.members() }
      for (name, form) in forms {
        if let member = try node.optional(name) { try form.check(member) }
      }
    }
  }
}

extension String {
  /// True for the standard alphabet with padding (RFC 4648 §4). Go ignores line breaks in it.
  fileprivate var isBase64: Bool {
    let text = utf8.filter { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
    let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    return text.count % 4 == 0 && padding <= 2
      && text.dropLast(padding).allSatisfy { $0.isBase64Digit }
  }

  /// True for a time that Go reads (RFC 3339): `2015-10-21T07:28:00.123Z`, `2015-10-21T09:28:00+02:00`.
  fileprivate var isTime: Bool {
    let digits = utf8.map { $0.isDigit ? UInt8(ascii: "0") : $0 }
    let start = Array("0000-00-00T00:00:00".utf8)
    guard digits.starts(with: start) else { return false }
    var zone = digits.dropFirst(start.count)
    if zone.first == UInt8(ascii: ".") {
      let fraction = zone.dropFirst().prefix { $0 == UInt8(ascii: "0") }
      if fraction.isEmpty { return false }
      zone = zone.dropFirst(1 + fraction.count)
    }
    guard ["Z", "+00:00", "-00:00"].contains(where: { zone.elementsEqual($0.utf8) }) else { return false }
    let numbers = prefix(start.count).split { "-T:".contains($0) }.compactMap { Int($0) }
    let isLeap = numbers[0] % 4 == 0 && (numbers[0] % 100 != 0 || numbers[0] % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(numbers[1]) && (1...days[numbers[1] - 1]).contains(numbers[2])
      && numbers[3] < 24 && numbers[4] < 60 && numbers[5] < 60
  }
}

extension UInt8 {
  fileprivate var isBase64Digit: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "+"), UInt8(ascii: "/"): true
    default: isDigit
    }
  }
}
