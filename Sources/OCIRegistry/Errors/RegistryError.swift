import DockerConfig
import HTTP
import JSON
import OCI

/// Why a registry did not do what it was asked. Every description says what happened, to what, and what to do.
package enum RegistryError: Error {
  /// The registry has no such manifest.
  case notFound(Reference, [Detail])
  /// The stored credential was not accepted at all, or none is stored and nobody is let in without one.
  case refused(registry: String, FoundCredential, [Detail])
  /// A host that the registry led to, such as its storage, did not let the request through.
  case refusedElsewhere(host: String, status: Int)
  /// The registry asked nothing that the stored credential is an answer to, so it was not sent.
  case unanswered(Question, registry: String, FoundCredential, what: String, [Detail])
  /// The credential was accepted, and is not good for this.
  case denied(registry: String, FoundCredential, what: String, [Detail])
  /// The image is there, and its config is not.
  case configMissing(Reference, Digest, [Detail])
  case unexpected(status: Int, what: String, [Detail])
  /// It may be asked again later (429, or 503 with a time). `retryAfter` and `remaining` as the registry wrote them, where
  /// it did.
  case busy(status: Int, what: String, retryAfter: String?, remaining: String?, [Detail])
  /// `limit` in bytes.
  case tooLarge(what: String, host: String, limit: Int)
  /// The bytes that came are not those that the name stands for.
  case wrongDigest(what: String, expected: Digest, found: Digest)
  case notAManifest(Reference, reason: String)
  case schema1(Reference)
  /// The registry keeps something else than what was sent.
  case storedAs(Digest, sent: Digest, Reference)
  /// The registry took it, and does not have it.
  case notKept(Reference)
  case nonsense(from: String, String)
  case redirect(from: String, to: String, String)
  /// The registry sends its clients to a token server that would get the password in plain HTTP.
  case plainRealm(registry: String, realm: String)
  /// `isInsecure`: whether the registry may be spoken to in other ways already.
  case transport(TransportError, registry: String, isInsecure: Bool)
  /// The same, of the token server that the registry names.
  case tokenServer(TransportError, registry: String, isInsecure: Bool)

  /// True where the same question may have a better answer later: what is not there can be put there.
  package var isTransient: Bool {
    switch self {
    case .notFound, .busy: true
    case .unexpected(let status, _, _): RetryPolicy.transientStatuses.contains(status)
    case .transport(let error, _, _), .tokenServer(let error, _, _): error.isTransient
    case .refused, .refusedElsewhere, .unanswered, .denied, .configMissing, .tooLarge, .wrongDigest, .notAManifest,
      .schema1, .storedAs, .notKept, .nonsense, .redirect, .plainRealm:
      false
    }
  }

  /// Throws unless the answer has a status that means success.
  ///
  /// - Parameter missing: What is thrown where a registry says, in its own words, that it has no such thing. Without
  ///   them it may be any web server that answers 404.
  static func check(
    _ response: HTTPResponse,
    expecting success: ClosedRange<Int> = 200...200,
    _ method: HTTPRequest.Method,
    _ url: String,
    missing: (([Detail]) -> RegistryError)? = nil
  ) throws {
    if success.contains(response.status) { return }
    let details = Detail.all(in: response)
    if response.status == 404, !details.isEmpty, let missing { throw missing(details) }
    // Reading follows redirects; they come here where something was to be written.
    if let next = response.redirectURL, (300..<400).contains(response.status) {
      throw redirect(from: url, to: next, "where nothing is written for it: name the registry as it wants to be called")
    }
    let what = "\(method.rawValue) \(place(url))"
    let retryAfter = response.fields["Retry-After"]
    guard response.status == 429 || (response.status == 503 && retryAfter != nil) else {
      throw unexpected(status: response.status, what: what, details)
    }
    throw busy(
      status: response.status,
      what: what,
      retryAfter: retryAfter,
      remaining: response.fields["RateLimit-Remaining"],
      details
    )
  }
}

extension RegistryError {
  /// How a registry wants to be told who is asking.
  package struct Question: Hashable, Sendable {
    let status: Int
    /// Of its challenges, in lower case; none where it said nothing of it.
    let schemes: [String]
  }

  /// One member of the `errors` of an answer.
  ///
  /// Distribution spec, "Error codes": https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
  package struct Detail: Hashable, Sendable, CustomStringConvertible {
    /// Such as `MANIFEST_UNKNOWN`. An open set.
    let code: String
    let message: String
    let detail: String

    package var description: String {
      var text = [code, message].filter { !$0.isEmpty }.joined(separator: ": ")
      if !detail.isEmpty { text += " (\(detail))" }
      return text
    }

    /// None where the body has another form.
    static func all(in response: HTTPResponse) -> [Detail] {
      guard let body = try? JSONValue(decoding: response.body) else { return [] }
      let node = JSONNode(body)
      if let errors = try? node.optional("errors")?.array() { return errors.prefix(Self.most).compactMap(Detail.init) }
      // Token servers have forms of their own.
      let message = ["details", "message", "error_description", "error"].lazy.compactMap {
        try? node.optional($0)?.string()
      }
      return message.first.map { [Detail(code: "", message: $0, detail: "")] } ?? []
    }

    private init(code: String, message: String, detail: String) {
      (self.code, self.message, self.detail) = (Self.line(code), Self.line(message), Self.line(detail))
    }

    private init?(_ node: JSONNode) {
      guard case .object = node.value else { return nil }
      let detail =
        switch try? node.optional("detail")?.value {
        case .string(let text): text
        case .some(let value) where value != .object([]): String(decoding: value.encoded(), as: UTF8.self)
        default: ""
        }
      self.init(
        code: (try? node.optional("code")?.string()) ?? "",
        message: (try? node.optional("message")?.string()) ?? "",
        detail: detail
      )
    }

    /// In characters: a detail may be a whole document.
    private static let longest = 200
    private static let most = 5

    /// The beginning, on one line: what a registry says must not look like a line of ours, or of a CI system's commands.
    private static func line(_ text: String) -> String {
      String(text.prefix(longest).map { $0.isNewline ? " " : $0 })
    }
  }
}
