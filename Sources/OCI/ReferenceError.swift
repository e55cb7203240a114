/// The text is not a reference.
package struct ReferenceError: Error, Hashable {
  /// What is wrong with it.
  package enum Reason: Hashable, Sendable {
    case empty
    /// It begins like a URL, with `https://`, or as other tools name the place of an image: `docker://`.
    case scheme(String)
    case host(String)
    case notASCII(host: String)
    case noRepository(host: String)
    case upperCase(String)
    case component(String)
    case tooLong(Int)
    case imageID
    case tag(String)
    /// Not a tag with `*` or `?` in it.
    case pattern(String)
    /// A pattern that does not name a repository, where there is no other one.
    case patternWithoutRepository
    case digest(DigestError)
    /// `sha256:…` alone, which docker would read as the tag of a repository `sha256`.
    case digestAlone
    /// A colon before the last slash, which is no port: a tag with a slash.
    case slashInTag(String)
  }

  /// The whole text, as it was given.
  package let text: String
  package let reason: Reason

  package init(_ text: String, _ reason: Reason) {
    self.text = text
    self.reason = reason
  }
}

extension ReferenceError: CustomStringConvertible {
  package var description: String {
    guard let userInfo = text.userInfo else { return "invalid reference \(quoted(text)): \(reason)" }
    // The reason would quote a part of them.
    let shown = "\(text[..<userInfo.lowerBound])***\(text[userInfo.upperBound...])"
    return "invalid reference \(quoted(shown)): it contains a user name or a password"
  }

  /// True if the text has a user name before the host. References have none: credentials are stored by `docker login`.
  package var hasCredential: Bool { text.userInfo != nil }
}

extension ReferenceError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .empty: "it is empty"
    case .scheme(let scheme): "leave out \(scheme)"
    case .host(let host):
      "\(quoted(host)) is not a valid HOST or HOST:PORT (put an IPv6 address in brackets)"
    case .notASCII(let host):
      "write the international host name \(quoted(host)) in its ASCII form, which begins with xn--"
    case .noRepository(let host): "\(quoted(host)) is a registry, and the repository's name is missing"
    case .upperCase(let path): "the repository name must be lowercase: \(path.lowercased())"
    case .component(let part):
      part.isEmpty
        ? "a part of the repository's name is empty"
        : "\(quoted(part)) cannot be a part of a repository's name: use a-z and 0-9, with ., _, __ or - between them"
    case .tooLong(let count): "the repository's name has \(count) characters, and the limit is 255"
    case .imageID: "this is an image ID, which exists only on this machine: use the name of the image"
    case .tag(let tag):
      tag.isEmpty
        ? "the tag is empty"
        : "\(quoted(tag)) cannot be a tag: use at most 128 letters, digits, _, . and -, and begin with a letter, a digit or _"
    case .patternWithoutRepository: "a pattern stands for tags of a registry: HOST/REPOSITORY:PATTERN"
    case .pattern(let pattern):
      "\(quoted(pattern)) cannot be a pattern for tags: use letters, digits, _, . and -, with * for any characters and ? for one"
    case .digest(let error): "\(error)"
    case .digestAlone: "a digest follows an @: @sha256:\u{2026}, or NAME@sha256:\u{2026}"
    case .slashInTag(let part):
      "a tag cannot contain a slash (and \(quoted(part)) is not a host name with or without a port)"
    }
  }
}

private func quoted(_ text: String) -> String { "\u{201C}\(text)\u{201D}" }
