import HTTP

/// One way to authenticate that a server offers: a scheme and its parameters.
///
/// RFC 9110 §11.6.1. One field may contain several challenges, and a comma separates both them and their parameters: what
/// follows a comma is a parameter if an equals sign comes after its first word, and a new scheme otherwise.
package struct Challenge: Hashable, Sendable {
  /// In lower case.
  package let scheme: String
  /// By name in lower case.
  var parameters: [String: String] = [:]

  /// For messages: the URL of the token server, or the name of what is protected. Nil if it is not stated.
  package var realm: String? { parameters["realm"].map(redacted) }
  /// As the token server knows the registry; nil if it is not stated.
  package var service: String? { parameters["service"] }

  /// Every challenge of a 401 response, in order. Malformed ones are skipped.
  static func all(in response: HTTPResponse) -> [Challenge] {
    response.fields.all("WWW-Authenticate").flatMap(parse)
  }

  static func parse(_ field: String) -> [Challenge] {
    var scanner = Scanner(rest: field.unicodeScalars[...])
    var challenges: [Challenge] = []
    while !scanner.atEnd {
      scanner.skip { $0 == " " || $0 == "\t" || $0 == "," }
      guard let word = scanner.token() else {
        scanner.skipOne()
        continue
      }
      if let value = scanner.value() {
        if !challenges.isEmpty { challenges[challenges.count - 1].parameters[word.lowercased()] = value }
      } else {
        challenges.append(Challenge(scheme: word.lowercased()))
      }
    }
    return challenges
  }
}

private struct Scanner {
  var rest: String.UnicodeScalarView.SubSequence

  var atEnd: Bool { rest.isEmpty }

  mutating func skip(_ belongs: (Unicode.Scalar) -> Bool) { rest = rest.drop(while: belongs) }
  mutating func skipOne() { rest = rest.dropFirst() }

  /// A token (RFC 9110 §5.6.2), and what a token68 may contain in addition.
  mutating func token() -> String? {
    let word = rest.prefix { FieldSyntax.isTokenCharacter($0) || $0 == "/" }
    rest = rest[word.endIndex...]
    return word.isEmpty ? nil : String(word)
  }

  /// What follows `=`; nil if no `=` is next.
  mutating func value() -> String? {
    let blanks = rest.drop { $0 == " " || $0 == "\t" }
    guard blanks.first == "=" else { return nil }
    rest = blanks.dropFirst().drop { $0 == " " || $0 == "\t" }
    guard rest.first == "\"" else {
      let value = rest.prefix { $0 != "," && $0 != " " && $0 != "\t" }
      rest = rest[value.endIndex...]
      return String(value)
    }
    rest = rest.dropFirst()
    return quotedString()
  }

  private mutating func quotedString() -> String {
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst(), scalar != "\"" {
      if scalar == "\\", let escaped = rest.popFirst() { text.append(escaped) } else { text.append(scalar) }
    }
    return String(text)
  }
}
