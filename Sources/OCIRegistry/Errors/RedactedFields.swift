import HTTP

/// Header fields as they can be shown: values that are secret, or may be, are replaced with `***`.
enum RedactedFields {
  /// Of a request. Fields that the user configured (`HttpHeaders`) may be secret, whatever they are called.
  static func ofRequest(_ fields: HTTPFields) -> HTTPFields {
    fields.mappingValues { name, value in
      if publicRequestFields.contains(name) { return value }
      guard name == "authorization" else { return hidden }
      let scheme = value.prefix { $0 != " " }
      return ["Basic", "Bearer"].contains(scheme) ? "\(scheme) \(hidden)" : hidden
    }
  }

  static func ofResponse(_ fields: HTTPFields) -> HTTPFields {
    fields.mappingValues { name, value in
      if authenticationFields.contains(name) { return redactedURLs(value) }
      return secretWords.contains(where: name.contains) ? hidden : redactedURLs(value)
    }
  }

  private static let hidden = "***"
  private static let publicRequestFields: Set = [
    "accept", "accept-encoding", "content-type", "content-length", "content-range", "range", "user-agent",
  ]
  private static let authenticationFields: Set = ["www-authenticate", "proxy-authenticate"]
  private static let secretWords = [
    "auth", "cookie", "credential", "key", "passw", "secret", "session", "signature", "token",
  ]

  /// Storage services put signatures into the URLs that a registry leads to.
  private static func redactedURLs(_ value: String) -> String {
    guard value.contains("?") || value.contains("://") else { return value }
    var shown = ""
    var word = String.UnicodeScalarView()
    var hasQuery = false
    func end() {
      let text = String(word)
      shown += hasQuery || text.contains("://") ? redacted(text) : text
      (word, hasQuery) = (String.UnicodeScalarView(), false)
    }
    // Scalars: a combining character would hide a delimiter.
    for scalar in value.unicodeScalars {
      guard (hasQuery ? endsOfQueries : endsOfWords).contains(scalar) else {
        word.append(scalar)
        hasQuery = hasQuery || scalar == "?"
        continue
      }
      end()
      shown.unicodeScalars.append(scalar)
    }
    end()
    return shown
  }

  private static let endsOfWords = Set(" \t\"<>',;=".unicodeScalars)
  private static let endsOfQueries = Set(" \t\"<>".unicodeScalars)
}

extension HTTPFields {
  /// - Parameter transform: Its first parameter is the name in lower case.
  fileprivate func mappingValues(_ transform: (_ name: String, _ value: String) -> String) -> HTTPFields {
    lines.reduce(into: HTTPFields()) { $0.append($1.name, transform($1.name.lowercased(), $1.value)) }
  }
}
