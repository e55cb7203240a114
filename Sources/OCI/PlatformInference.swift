/// What a name says of the platform of the image behind it.
package struct InferredPlatform: Hashable, Sendable {
  package let platform: Platform
  /// False where no word named an operating system, and linux is only what is usual.
  package let namesOS: Bool
}

extension InferredPlatform {
  /// Reads the platform from a reference's tag: `v1-arm64-20210624`, `1.2.3_x86_64`, `windows-amd64-ltsc2022`.
  /// If the tag says nothing at all, from the parts of the repository's path (`arm64v8/nginx`); never from the host.
  /// Nil where nothing is said, or two different things are.
  package init?(reading reference: Reference) {
    let tag = Words(reading: [reference.tag?.text].compactMap { $0 })
    let words = tag.sayNothing ? Words(reading: reference.repository.path.split(separator: "/").map(String.init)) : tag
    guard words.architectures.count == 1, let name = words.architectures.first, words.systems.count <= 1 else {
      return nil
    }
    platform = Platform(os: words.systems.first ?? "linux", architecture: name.architecture, variant: name.variant)
    namesOS = !words.systems.isEmpty
  }
}

/// The architectures and operating systems that some text names, each once.
private struct Words {
  var architectures: Set<PlatformName> = []
  var systems: Set<String> = []
  var sayNothing: Bool { architectures.isEmpty && systems.isEmpty }

  init(reading texts: [String]) {
    for text in texts { read(tokens: text.lowercased().platformTokens) }
  }

  /// From left to right, the longest run of neighbours first: `x86-64` is not x86 beside 64.
  private mutating func read(tokens: [String]) {
    var rest = tokens[...]
    while let first = rest.first {
      let pair = rest.prefix(2).joined(separator: "-")
      if rest.count > 1, let name = PlatformName(pair) {
        architectures.insert(name)
        rest = rest.dropFirst(2)
        continue
      }
      if let name = PlatformName(first) { architectures.insert(name) }
      if let system = operatingSystem(first) { systems.insert(system) }
      rest = rest.dropFirst()
    }
  }
}

extension String {
  /// Split at `-` and `_`, and at `.` where a letter follows: `1.2.386` is a version, `1.2.arm64` is not.
  fileprivate var platformTokens: [String] {
    var tokens = [""]
    var characters = unicodeScalars[...]
    while let scalar = characters.popFirst() {
      let letterFollows = characters.first.map { ("a"..."z").contains($0) } ?? false
      if scalar == "-" || scalar == "_" || (scalar == "." && letterFollows) {
        tokens.append("")
      } else {
        tokens[tokens.count - 1].unicodeScalars.append(scalar)
      }
    }
    return tokens.filter { !$0.isEmpty }
  }
}
