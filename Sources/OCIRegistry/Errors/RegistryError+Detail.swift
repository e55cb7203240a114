import HTTP
import JSON

extension RegistryError {
  /// One member of the `errors` of a response.
  ///
  /// Distribution spec, "Error codes": https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
  package struct Detail: Hashable, Sendable, CustomStringConvertible {
    /// Such as `MANIFEST_UNKNOWN`. An open set.
    package let code: String
    package let message: String
    /// Empty if the member is no text: then it is for programs.
    package let detail: String

    package var description: String {
      var text = [code, message].filter { !$0.isEmpty }.joined(separator: ": ")
      if !detail.isEmpty { text += " (\(detail))" }
      return text
    }

    /// True if the registry has no space for what was pushed.
    package var tellsOfQuota: Bool { Self.tellsOfQuota("\(self)") }

    /// The same for what another program has printed of it. Harbor's text: “adding 5.0 MiB of storage resource, which when updated
    /// to current usage of … will exceed the configured upper limit of …”.
    package static func tellsOfQuota(_ text: String) -> Bool { text.lowercased().contains("will exceed") }

    /// None where the body has another form.
    static func all(in response: HTTPResponse) -> [Detail] {
      guard let body = try? JSONValue(decoding: response.body) else { return [] }
      let node = JSONNode(body)
      if let errors = try? node.optional("errors")?.array() {
        return errors.prefix(Self.maximumCount).compactMap(Detail.init)
      }
      // Token servers have forms of their own.
      let message = ["details", "message", "error_description", "error"].lazy.compactMap {
        try? node.optional($0)?.string()
      }
      return message.first.map { [Detail(code: "", message: $0, detail: "")] } ?? []
    }

    /// What a server that is no registry, or stands in front of one, says to people: the title of a web page, or the first
    /// line of a text. At most one.
    static func forPeople(in response: HTTPResponse) -> [Detail] {
      let text = String(decoding: response.body.prefix(4096), as: UTF8.self)
      var message: Substring?
      if WebPage(response) != nil {
        message =
          ["<title>", "<TITLE>", "<h1>"].lazy.compactMap { mark in
            text.firstRange(of: mark).map { text[$0.upperBound...].prefix { $0 != "<" } }
          }.first
      } else if response.fields["Content-Type"]?.lowercased().hasPrefix("text/plain") == true {
        message = text.split(whereSeparator: \.isNewline).first
      }
      // nginx begins the title with the status.
      let words = message?.split(whereSeparator: \.isWhitespace).drop { $0 == "\(response.status)" }
      guard let words, !words.isEmpty else { return [] }
      return [Detail(code: "", message: words.joined(separator: " "), detail: "")]
    }

    private init(code: String, message: String, detail: String) {
      (self.code, self.message, self.detail) = (Self.line(code), Self.line(message), Self.line(detail))
    }

    private init?(_ node: JSONNode) {
      guard case .object = node.value else { return nil }
      self.init(
        code: (try? node.optional("code")?.string()) ?? "",
        message: (try? node.optional("message")?.string()) ?? "",
        detail: (try? node.optional("detail")?.string()) ?? ""
      )
    }

    /// In Unicode scalars: a detail may be a whole document, and one character may have any number of accents.
    private static let maximumLength = 200
    private static let maximumCount = 5

    /// The beginning, on one line: text from a registry must not look like our own output, or like a command to a CI system.
    fileprivate static func line(_ text: String) -> String {
      let beginning = String(String.UnicodeScalarView(text.unicodeScalars.prefix(maximumLength)))
      let line = String(beginning.map { $0.isNewline ? " " : $0 })
      return text.unicodeScalars.dropFirst(maximumLength).isEmpty ? line : "\(line)\u{2026}"
    }
  }
}

extension RegistryError {
  /// A response for people instead of one for programs.
  package struct WebPage: Hashable, Sendable {
    /// `Server` of the response (RFC 9110 §10.2.4), which often names the product that answered; nil without it.
    package let server: String?

    package init(server: String?) { self.server = server }

    /// Nil if the response is no page.
    init?(_ response: HTTPResponse) {
      let isHTML = response.fields["Content-Type"]?.lowercased().contains("html") ?? false
      guard isHTML || response.body.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") else { return nil }
      server = response.fields["Server"].map(Detail.line)
    }
  }

  /// What is wrong with a web page as a response.
  package static let webPage = "it is a web page"

  /// The type alone makes a response none.
  static func isWebPage(_ response: HTTPResponse) -> Bool {
    WebPage(response) != nil && response.body.contains(UInt8(ascii: "<"))
  }

  /// - Throws: `RegistryError.malformedAnswer` if the response is a web page.
  static func checkNoWebPage(_ response: HTTPResponse, _ url: String) throws {
    if isWebPage(response) { throw malformedAnswer(from: url, webPage) }
  }
}
