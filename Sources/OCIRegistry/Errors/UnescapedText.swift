/// A text without the escapes of URLs, JSON, HTML and this program's own messages, to find in it what may be written in
/// any of these ways. An escape that is cut (`%4…`) is left out.
struct UnescapedText {
  private(set) var bytes: [UInt8] = []
  /// Where each byte comes from in the original text.
  private(set) var origins: [Range<Int>] = []

  /// `…`, where a text was cut.
  static let cutMark = Array("…".utf8)

  init(_ text: [UInt8]) {
    bytes.reserveCapacity(text.count)
    origins.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let escape = Escape(text[index...].prefix(Escape.maximumLength))
      let end = index + (escape?.length ?? 1)
      for byte in escape?.bytes ?? [text[index]] {
        bytes.append(byte)
        origins.append(index..<end)
      }
      index = end
    }
  }

  /// True if the text might contain an escape.
  static func isEscaped(_ text: [UInt8]) -> Bool {
    text.contains { $0 == Escape.url || $0 == Escape.json || $0 == Escape.html }
  }
}

private struct Escape {
  let length: Int
  let bytes: [UInt8]

  static let url = UInt8(ascii: "%")
  static let json = UInt8(ascii: "\\")
  static let html = UInt8(ascii: "&")

  /// In bytes: `\ud83d\ude00`, and the mark of a cut.
  static let maximumLength = 15

  /// Nil if the text does not begin with an escape.
  init?(_ text: ArraySlice<UInt8>) {
    let found: Escape? =
      switch text.first {
      case Self.url: Self.percent(text)
      case Self.json: Self.json(text)
      case Self.html: Self.html(text)
      default: nil
      }
    guard let found else { return nil }
    self = found
  }

  private init(length: Int, bytes: [UInt8]) { (self.length, self.bytes) = (length, bytes) }

  private init?(length: Int, scalar: UInt32?) {
    guard let scalar = scalar.flatMap(Unicode.Scalar.init) else { return nil }
    self.init(length: length, bytes: Array(String(scalar).utf8))
  }

  /// `%2F`
  private static func percent(_ text: ArraySlice<UInt8>) -> Escape? {
    let digits = text.dropFirst().prefix(2).prefix(while: \.isHexDigit)
    if digits.count == 2 { return Escape(length: 3, bytes: [UInt8(clamping: number(digits, 16) ?? 0)]) }
    return cut(text, after: 1 + digits.count)
  }

  /// `\n`, `\"`, `\u0041`, two of these for one character, and `\u{41}`.
  private static func json(_ text: ArraySlice<UInt8>) -> Escape? {
    guard let second = text.dropFirst().first else { return nil }
    if second == UInt8(ascii: "u") { return unicode(text) }
    let plain: [Character: Character] = [
      "n": "\n", "t": "\t", "r": "\r", "b": "\u{8}", "f": "\u{C}", "\"": "\"", "\\": "\\", "/": "/",
    ]
    if let byte = plain[Character(Unicode.Scalar(second))]?.asciiValue { return Escape(length: 2, bytes: [byte]) }
    return cut(text, after: 1)
  }

  private static func unicode(_ text: ArraySlice<UInt8>) -> Escape? {
    let rest = text.dropFirst(2)
    if rest.first == UInt8(ascii: "{") {
      let digits = rest.dropFirst().prefix(6).prefix(while: \.isHexDigit)
      let end = rest.dropFirst(1 + digits.count).first
      guard end == UInt8(ascii: "}") else { return cut(text, after: 3 + digits.count) }
      return Escape(length: 4 + digits.count, scalar: number(digits, 16))
    }
    let digits = rest.prefix(4).prefix(while: \.isHexDigit)
    guard digits.count == 4, let unit = number(digits, 16) else { return cut(text, after: 2 + digits.count) }
    guard (0xD800..<0xDC00).contains(unit) else { return Escape(length: 6, scalar: unit) }
    let second = rest.dropFirst(4)
    guard second.starts(with: Array("\\u".utf8)), let low = number(second.dropFirst(2).prefix(4), 16),
      (0xDC00..<0xE000).contains(low)
    else { return nil }
    return Escape(length: 12, scalar: 0x10000 + (unit - 0xD800) << 10 + low - 0xDC00)
  }

  /// `&lt;`, `&#60;`, `&#x3c;`
  private static func html(_ text: ArraySlice<UInt8>) -> Escape? {
    let name = text.dropFirst().prefix { $0 == UInt8(ascii: "#") || $0.isASCIILetterOrDigit }
    guard text.dropFirst(1 + name.count).first == UInt8(ascii: ";") else { return cut(text, after: 1 + name.count) }
    let length = name.count + 2
    let entity = String(decoding: name, as: UTF8.self).lowercased()
    if let byte = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"][entity] {
      return Escape(length: length, bytes: Array(byte.utf8))
    }
    if entity.hasPrefix("#x") { return Escape(length: length, scalar: UInt32(entity.dropFirst(2), radix: 16)) }
    return entity.hasPrefix("#") ? Escape(length: length, scalar: UInt32(entity.dropFirst())) : nil
  }

  private static func cut(_ text: ArraySlice<UInt8>, after length: Int) -> Escape? {
    text.dropFirst(length).starts(with: UnescapedText.cutMark) ? Escape(length: length, bytes: []) : nil
  }

  private static func number(_ digits: ArraySlice<UInt8>, _ radix: Int) -> UInt32? {
    UInt32(String(decoding: digits, as: UTF8.self), radix: radix)
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool { Character(Unicode.Scalar(self)).isHexDigit }
  fileprivate var isASCIILetterOrDigit: Bool {
    let character = Character(Unicode.Scalar(self))
    return character.isASCII && (character.isLetter || character.isNumber)
  }
}
