// The grammar and the normalisation of docker's names, as in distribution/reference:
// https://github.com/distribution/reference/blob/main/reference.go and normalize.go

extension Reference {
  /// Reads `[HOST[:PORT]/]PATH[:TAG][@DIGEST]` as docker does: without a host it is on Docker Hub, where a single word
  /// means `library/WORD`; without a tag and a digest it is `:latest`.
  ///
  /// - Throws: `ReferenceError`, which names the part that is wrong.
  package init(parsing text: String) throws(ReferenceError) {
    guard !text.isEmpty else { throw ReferenceError(text, .empty) }
    // Names are often copied from the address line of a browser, or from a command for skopeo.
    if let end = text.firstRange(of: "://")?.upperBound, text[..<end].dropLast(3).allSatisfy(\.isSchemeCharacter) {
      throw ReferenceError(text, .scheme(text[..<end].lowercased()))
    }
    if text.isDigestAlone { throw ReferenceError(text, .digestAlone) }
    var rest = text[...]
    var digest: Digest?
    if let at = rest.firstIndex(of: "@") {
      do { digest = try Digest(parsing: rest[rest.index(after: at)...]) } catch {
        throw ReferenceError(text, .digest(error))
      }
      rest = rest[..<at]
    }
    var tag: Tag?
    // A colon before the last slash belongs to a port.
    let lastPart = rest.lastIndex(of: "/").map { rest.index(after: $0) } ?? rest.startIndex
    if let colon = rest[lastPart...].firstIndex(of: ":") {
      do { tag = try Tag(parsing: rest[rest.index(after: colon)...]) } catch {
        throw ReferenceError(text, error.reason)
      }
      rest = rest[..<colon]
    }
    let repository = try Repository(parsing: rest, in: text)
    if let digest {
      self.init(repository, tag: tag, digest: digest)
    } else {
      self.init(repository, tag: tag ?? .latest)
    }
  }
}

extension Reference {
  /// A name that is on Docker Hub only because it does not begin with the host of a registry; nil for any other text.
  package init?(shortName text: String) {
    guard let reference = try? Reference(parsing: text), reference.repository.registry == .dockerHub,
      !DockerHub.isHost(String(text.prefix { $0 != "/" }))
    else { return nil }
    self = reference
  }
}

extension Registry {
  /// Nil if the text is not `HOST` or `HOST:PORT`.
  package init?(parsing text: String) {
    guard text[...].isRegistryHost else { return nil }
    self.init(host: text)
  }
}

extension Tag {
  /// - Throws: `ReferenceError` if the text is not 1 to 128 of letters, digits, `_`, `.` and `-`, or begins with `.` or `-`.
  package init(parsing text: some StringProtocol) throws(ReferenceError) {
    let bytes = text.utf8
    guard let first = bytes.first, first.isWord, bytes.count <= 128,
      bytes.allSatisfy({ $0.isWord || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
    else { throw ReferenceError(String(text), .tag(String(text))) }
    self.init(text: String(text))
  }
}

extension Repository {
  fileprivate init(parsing name: Substring, in text: String) throws(ReferenceError) {
    let (host, path) = Self.split(name)
    // The ASCII form of an international name depends on tables that change. The owner of the name knows it.
    guard host.utf8.allSatisfy({ $0 < 0x80 }) else { throw ReferenceError(text, .notASCII(host: String(host))) }
    guard host.isRegistryHost else {
      throw ReferenceError(text, host.isNameAndTag ? .slashInTag(String(host)) : .host(String(host)))
    }
    guard !path.isEmpty else {
      throw ReferenceError(text, name.isEmpty ? .component("") : .noRepository(host: String(host)))
    }
    guard path.lowercased() == path else { throw ReferenceError(text, .upperCase(String(path))) }
    for component in path.split(separator: "/", omittingEmptySubsequences: false) where !component.isPathComponent {
      throw ReferenceError(
        text,
        component.isNameAndTag ? .slashInTag(String(component)) : .component(String(component))
      )
    }
    guard path.utf8.count <= 255 else { throw ReferenceError(text, .tooLong(path.utf8.count)) }
    if text.utf8.count == 64, text.utf8.allSatisfy(\.isLowerHex) { throw ReferenceError(text, .imageID) }
    self.init(registry: Registry(host: String(host)), path: String(path))
  }

  /// The first component is a host if it has a dot, a colon or a capital letter, or is `localhost`. Otherwise it is the
  /// first component of a path on Docker Hub.
  private static func split(_ name: Substring) -> (host: Substring, path: Substring) {
    let (host, path): (Substring, Substring)
    if let slash = name.firstIndex(of: "/"), name[..<slash].looksLikeHost {
      (host, path) = (name[..<slash], name[name.index(after: slash)...])
    } else {
      (host, path) = (Substring(DockerHub.host), name)
    }
    guard host == DockerHub.host || host == DockerHub.indexHost else { return (host, path) }
    return (Substring(DockerHub.host), path.contains("/") || path.isEmpty ? path : "library/\(path)")
  }
}

extension Substring {
  fileprivate var looksLikeHost: Bool {
    contains(".") || contains(":") || self == "localhost" || lowercased() != self
  }

  /// `NAME(.NAME)*[:PORT]`, or an IPv6 address in brackets and `[:PORT]`.
  fileprivate var isRegistryHost: Bool {
    guard first == "[" else {
      let name = prefix { $0 != ":" }
      return name.isHostName && self[name.endIndex...].isNothingOrPort
    }
    guard let bracket = firstIndex(of: "]") else { return false }
    let address = self[..<bracket].dropFirst()
    return !address.isEmpty && address.utf8.allSatisfy { $0.isHex || $0 == UInt8(ascii: ":") }
      && self[index(after: bracket)...].isNothingOrPort
  }

  private var isHostName: Bool {
    split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.utf8.first, let last = label.utf8.last else { return false }
      return first.isAlphanumeric && last.isAlphanumeric
        && label.utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") }
    }
  }

  /// Empty, or a colon and a number up to 65535.
  private var isNothingOrPort: Bool {
    guard first == ":" else { return isEmpty }
    let port = dropFirst()
    return port.utf8.allSatisfy(\.isDigit) && UInt32(port).map { $0 <= 65535 } ?? false
  }

  /// `app:feature`, of `app:feature/x`.
  fileprivate var isNameAndTag: Bool {
    guard let colon = firstIndex(of: ":"), self[..<colon].isPathComponent else { return false }
    let tag = self[index(after: colon)...]
    return !tag.utf8.allSatisfy(\.isDigit) && tag.utf8.allSatisfy { $0.isWord || [0x2D, 0x2E].contains($0) }
  }

  /// Lower-case letters and digits, with `.`, `_`, `__` or any number of `-` between them.
  fileprivate var isPathComponent: Bool {
    guard let first = utf8.first, let last = utf8.last, first.isLowerAlphanumeric, last.isLowerAlphanumeric else {
      return false
    }
    return split(whereSeparator: { $0.utf8.allSatisfy(\.isLowerAlphanumeric) }).allSatisfy { separator in
      separator == "." || separator == "_" || separator == "__" || separator.utf8.allSatisfy { $0 == UInt8(ascii: "-") }
    }
  }
}

extension Character {
  /// RFC 3986 §3.1.
  fileprivate var isSchemeCharacter: Bool { isASCII && (isLetter || isNumber || "+-.".contains(self)) }
}

extension String {
  fileprivate var isDigestAlone: Bool {
    ["sha256:", "sha512:"].contains { hasPrefix($0) && utf8.count > $0.utf8.count + 6 }
      && utf8.dropFirst(7).allSatisfy(\.isLowerHex)
  }
}

extension UInt8 {
  fileprivate var isLower: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
  fileprivate var isUpper: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  fileprivate var isLowerAlphanumeric: Bool { isDigit || isLower }
  fileprivate var isAlphanumeric: Bool { isDigit || isLower || isUpper }
  fileprivate var isWord: Bool { isAlphanumeric || self == UInt8(ascii: "_") }
  fileprivate var isLowerHex: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self) }
  fileprivate var isHex: Bool { isLowerHex || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(self) }
}
