import DockerConfig
import HTTP
import OCI

/// Why a registry did not do what it was asked. Every description says what happened, and to what.
package enum RegistryError: Error {
  /// The registry has no such manifest.
  case notFound(Reference, [Detail])
  /// The stored credential was not accepted at all, or none is stored and the registry requires one.
  case refused(registry: String, FoundCredential, [Detail])
  /// A host that a request was redirected to, such as the registry's storage, refused it. `from` is the URL that was
  /// requested first, or the registry.
  case refusedElsewhere(from: String, host: String, status: Int)
  /// The registry offered no way to authenticate that the stored credential is for, so it was not sent.
  case unanswered(UnansweredChallenge, registry: String, FoundCredential, what: String, [Detail])
  /// A 403 with a web page: no registry answers so, but a firewall or a proxy in front of one does.
  case blocked(WebPage, host: String, what: String)
  /// The credential was accepted, and does not allow this.
  case denied(registry: String, FoundCredential, what: String, [Detail])
  /// The image is there, and its config is not.
  case configMissing(Reference, Digest, [Detail])
  /// The repository does not have a blob that one of its manifests names.
  case blobMissing(Repository, Digest, [Detail])
  /// An upload was refused at its beginning in a way in which registries do so if the repository does not exist: with 404, or
  /// by ending the connection.
  indirect case uploadNotStarted(Repository, RegistryError)
  /// Any other status.
  case unexpected(status: Int, what: String, [Detail])
  /// It may be asked again later (429, or 503 with a time). `retryAfter` and `remaining` are as the registry wrote them; nil
  /// if it did not. `isTooLong`: it asks for a longer time than the settings allow to wait.
  case busy(status: Int, what: String, retryAfter: String?, isTooLong: Bool, remaining: String?, [Detail])
  /// `limit` in bytes.
  case tooLarge(what: String, host: String, limit: Int)
  /// The received bytes have another digest than the name.
  case wrongDigest(what: String, expected: Digest, found: Digest)
  /// The received bytes have the right digest, and another size than the descriptor says. Both in bytes.
  case wrongSize(what: String, expected: Int64, found: Int)
  case notAManifest(Reference, reason: String)
  case schema1(Reference)
  /// The registry has stored something else than what was sent.
  case storedAs(Digest, sent: Digest, Reference)
  /// It was not pushed, for this reason, and the name still refers to something else.
  indirect case notPut(RegistryError, Reference, current: Digest)
  /// It may have been pushed: this happened to the response, and to the question whether it was.
  indirect case notConfirmed(RegistryError, Reference)
  /// The registry accepted it, and does not have it.
  case notKept(Reference)
  /// A response that is not what the specification says.
  case malformedAnswer(from: String, String)
  /// A redirect that is not followed, and why.
  case redirect(from: String, to: String, String)
  /// The registry names a token server that would get the password in plain HTTP.
  case plainRealm(registry: String, realm: String)
  /// `isInsecure`: whether plain HTTP and unverified certificates are allowed for this registry. `unusable`: settings and
  /// certificates that cannot be used and might have prevented it.
  case transport(TransportError, registry: String, isInsecure: Bool, unusable: [any Error] = [])
  /// The token server gave no token, for this reason.
  indirect case noToken(RegistryError, registry: String)
  /// The same as `transport` for the token server that the registry names.
  case tokenServer(TransportError, registry: String, isInsecure: Bool, unusable: [any Error] = [])

  /// True for a connection to a host that is not the registry's own: where it redirects to, or wants an upload.
  package var hasOtherHost: Bool {
    guard case .transport(let error, let registry, _, _) = self, let host = error.host else { return false }
    if registry == DockerHub.host, DockerHub.isHost(host) { return false }
    return host.lowercased() != registry.lowercased()
  }

  /// True where the same request may succeed later: a missing manifest can be pushed.
  package var isTransient: Bool {
    switch self {
    case .notFound, .busy: true
    case .unexpected(let status, _, _): RetryPolicy.transientStatuses.contains(status)
    case .transport(let error, _, _, _), .tokenServer(let error, _, _, _): error.isTransient || error.isTimeout
    case .noToken(let error, _), .notPut(let error, _, _), .notConfirmed(let error, _), .uploadNotStarted(_, let error):
      error.isTransient
    case .refused, .refusedElsewhere, .unanswered, .blocked, .denied, .configMissing, .blobMissing, .tooLarge,
      .wrongDigest, .wrongSize, .notAManifest, .schema1, .storedAs, .notKept, .malformedAnswer, .redirect,
      .plainRealm:
      false
    }
  }

  /// True if the registry refused a manifest because it does not have a blob or a manifest that is named there. It may have
  /// said before that it has it.
  package var lacksContent: Bool {
    switch self {
    case .unexpected(_, _, let details):
      details.contains { ["MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN"].contains($0.code) }
    case .notPut(let error, _, _): error.lacksContent
    default: false
    }
  }

  /// - Throws: `RegistryError` unless the response has a status that means success.
  ///
  /// - Parameters:
  ///   - what: What was being done; nil to name the request.
  ///   - missing: Thrown where the response is a registry's own 404, with details. Without them it may be that of any web
  ///     server.
  static func check(
    _ response: HTTPResponse,
    expecting success: ClosedRange<Int> = 200...200,
    _ method: HTTPRequest.Method,
    _ url: String,
    what: String? = nil,
    missing: (([Detail]) -> RegistryError)? = nil
  ) throws {
    if success.contains(response.status) { return }
    let details = Detail.all(in: response)
    if response.status == 404, !details.isEmpty, let missing { throw missing(details) }
    // Redirects of reads have been followed.
    if let next = response.redirectURL, (300..<400).contains(response.status) {
      let hasSameHost = Origin(url: url) == Origin(url: next)
      throw redirect(
        from: url,
        to: next,
        hasSameHost
          ? "and uploads do not follow it: ask the registry's owner for a name that does not redirect them"
          : "and only requests that read follow it: use the host name in the redirect"
      )
    }
    let shown = details.isEmpty ? Detail.forPeople(in: response) : details
    let what = what ?? "\(method.rawValue) \(place(url))"
    let retryAfter = response.fields["Retry-After"]
    guard response.isRateLimited else {
      throw unexpected(status: response.status, what: what, shown)
    }
    throw busy(
      status: response.status,
      what: what,
      retryAfter: retryAfter,
      isTooLong: response.retryAfter != nil,
      remaining: response.fields["RateLimit-Remaining"],
      shown
    )
  }
}

extension RegistryError {
  /// A refusal that names no way to authenticate for which a credential is stored.
  package struct UnansweredChallenge: Hashable, Sendable {
    package let status: Int
    /// Of its challenges, in lower case; none if there was no challenge.
    package let schemes: [String]
  }
}
