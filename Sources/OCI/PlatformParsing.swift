import JSON

extension Platform {
  /// Reads `OS/ARCH[/VARIANT]`, also with other common names: `linux/aarch64`, `linux/armhf`, `macos/arm64`.
  /// An architecture alone means linux.
  ///
  /// - Throws: `PlatformError` if the text has another form, a part is not a word, or the architecture has no such variant.
  package init(parsing text: String) throws(PlatformError) {
    let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...3).contains(parts.count), parts.allSatisfy(\.isPlatformWord) else {
      let hasVersion = text.contains(":") && (try? Platform(parsingWithVersion: text)) != nil
      throw PlatformError(text: text, reason: hasVersion ? .unusedVersion : .form)
    }
    // An architecture alone must be known. `arm64/v8` is an architecture and its variant, without an operating system.
    guard (PlatformName(parts[0]) != nil) == (parts.count == 1) else { throw PlatformError(text: text) }
    let spelling = PlatformSpelling(
      os: parts.count == 1 ? "linux" : parts[0],
      architecture: parts.count == 1 ? parts[0] : parts[1],
      variant: parts.count == 3 ? parts[2] : nil
    )
    guard let os = spelling.os, let architecture = spelling.architecture else { throw PlatformError(text: text) }
    if spelling.unknownVariant != nil { throw PlatformError(text: text, reason: .variant(of: architecture)) }
    self.init(os: os, architecture: architecture, variant: spelling.variant)
  }

  /// Reads `OS/ARCH[/VARIANT][:OSVERSION]`, as crane and oras write it: `windows/amd64:10.0.20348.2113`.
  ///
  /// - Throws: `PlatformError`, also if the operating system is not Windows: engines compare the version of no other.
  package init(parsingWithVersion text: String) throws(PlatformError) {
    guard let colon = text.firstIndex(of: ":") else {
      try self.init(parsing: text)
      return
    }
    do throws(PlatformError) {
      try self.init(parsing: String(text[..<colon]))
      try setVersion(String(text[text.index(after: colon)...]))
    } catch { throw PlatformError(text: text, reason: error.reason) }
  }

  /// Reads a text that can also be the name of an image: a platform, possibly mistyped, begins with an operating system (before
  /// an architecture, also with nearly one), or is an architecture and its variant.
  ///
  /// - Returns: Nil for any other text. The words of a platform need not be known: see `unknownWord`.
  /// - Throws: `PlatformError` as `init(parsingWithVersion:)`.
  package init?(ifMeantBy text: String) throws(PlatformError) {
    let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    // A host has a dot or a port.
    guard parts.count > 1, !parts[0].contains(where: { ".:".contains($0) }) else { return nil }
    let second = parts[1].prefix { $0 != ":" }
    let isSystem = operatingSystem(parts[0]) != nil || (otherSystems + ["unknown"]).contains(parts[0])
    let isNearSystem = operatingSystems.values.contains { SimilarWords.isNear(parts[0], $0) }
    let version = second.hasPrefix("v") ? second.dropFirst() : second
    let isVariant = !version.isEmpty && version.utf8.allSatisfy(\.isDigit)
    guard
      isSystem || isNearSystem && PlatformName(String(second)) != nil || PlatformName(parts[0]) != nil && isVariant
    else { return nil }
    try self.init(parsingWithVersion: text)
  }

  /// - Parameter version: Of Windows: three or four numbers.
  /// - Throws: `PlatformError`, also if the operating system is not Windows: engines compare the version of no other.
  package mutating func setVersion(_ version: String) throws(PlatformError) {
    let text = "\(self):\(version)"
    guard os == "windows" else { throw PlatformError(text: text, reason: .versionOfSystem(os)) }
    guard version.isWindowsVersion else { throw PlatformError(text: text, reason: .version(version)) }
    osVersion = version
  }

  /// Engines know only some operating systems and architectures, and another word is often a slip (`amd65`); of Windows,
  /// only versions that are numbers. Nil if all are known.
  package var unknownWord: PlatformError? {
    if !isRunnable { return PlatformError(text: description, reason: .attestation) }
    let systems = operatingSystems.values + otherSystems
    if !systems.contains(os) {
      let words = operatingSystems.keys.sorted() + otherSystems
      let nearest = SimilarWords.nearest(words, to: os).map { operatingSystems[$0] ?? $0 }
      return PlatformError(text: description, reason: .system(os, nearest: nearest))
    }
    if PlatformName(architecture) == nil, !otherArchitectures.contains(architecture) {
      let words = PlatformName.words + otherArchitectures
      let nearest = SimilarWords.nearest(words, to: architecture).map { PlatformName($0)?.architecture ?? $0 }
      return PlatformError(text: description, reason: .architecture(architecture, nearest: nearest))
    }
    if hasUnknownVersion, let osVersion {
      return PlatformError(text: "\(self):\(osVersion)", reason: .version(osVersion))
    }
    return nil
  }

  /// True for a version of Windows that is none (`ltsc2022`): engines read it as 0.0.0.
  package var hasUnknownVersion: Bool { os == "windows" && osVersion?.isWindowsVersion == false }
}

extension Platform {
  /// Nil for a platform that can be read again from a list: its words are printable ASCII, and short.
  package var problem: PlatformError? {
    do {
      _ = try Platform(JSONNode(json))
      return nil
    } catch { return PlatformError(text: description, reason: .words("\(error)")) }
  }
}

/// The text is not a platform.
package struct PlatformError: Error, Hashable {
  /// What is wrong with it.
  package enum Reason: Hashable, Sendable {
    case form
    /// A part is `unknown`.
    case attestation
    /// The architecture does not have the variant.
    case variant(of: String)
    /// The architecture is not known, and the known one with the nearest spelling, if one is near.
    case architecture(String, nearest: String?)
    /// The same for the operating system.
    case system(String, nearest: String?)
    /// Not a version of Windows.
    case version(String)
    /// A version of Windows where only the platform counts.
    case unusedVersion
    /// A word is too long, or has other characters than printable ASCII.
    case words(String)
    /// The operating system has no version in a platform.
    case versionOfSystem(String)
  }

  /// As it was given.
  package let text: String
  package let reason: Reason

  init(text: String, reason: Reason = .form) {
    self.text = text
    self.reason = reason
  }
}

extension PlatformError: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .form: "\u{201C}\(text)\u{201D} is not a platform (such as linux/arm64 or linux/arm/v7)"
    case .attestation:
      "\u{201C}\(text)\u{201D} is the platform of attestations: engines do not run what is behind such an entry"
    case .variant(let architecture):
      "\u{201C}\(text)\u{201D} is not a platform: "
        + (PlatformSpelling.variants(of: architecture).map { "the variants of \(architecture) are \($0)" }
          ?? "\(architecture) has no variants")
    case .architecture(let word, let nearest):
      "\u{201C}\(text)\u{201D} is not a platform: the architecture \(word) is not known"
        + (nearest.map { ". Did you mean \($0)?" } ?? "")
    case .system(let word, let nearest):
      "\u{201C}\(text)\u{201D} is not a platform: the operating system \(word) is not known"
        + (nearest.map { ". Did you mean \($0)?" } ?? "")
    case .version(let version):
      "\u{201C}\(version)\u{201D} is not a version of Windows (such as 10.0.20348.2113)"
    case .unusedVersion:
      "\u{201C}\(text)\u{201D} has a version, which cannot be chosen here: write \(text.prefix { $0 != ":" })"
    case .words(let problem): "the platform is not valid: \(problem)"
    case .versionOfSystem(let system):
      "\u{201C}\(text)\u{201D} is not a platform: only windows has a version, not \(system)"
    }
  }
}

/// Further values of Go's GOOS that images can have; a tag does not name them.
private let otherSystems = [
  "aix", "android", "dragonfly", "illumos", "ios", "js", "plan9", "solaris", "wasi", "wasip1",
]

/// The same for GOARCH.
private let otherArchitectures = ["wasm"]

extension String {
  /// Three or four numbers: `10.0.20348.2113`.
  fileprivate var isWindowsVersion: Bool {
    let parts = utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return (3...4).contains(parts.count)
      && parts.allSatisfy { part in (1...9).contains(part.count) && part.allSatisfy(\.isDigit) }
  }

  /// Lower-case letters, digits, `.`, `_` and `-`: what the parts of a platform are made of.
  var isPlatformWord: Bool {
    !isEmpty
      && utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
      }
  }
}
