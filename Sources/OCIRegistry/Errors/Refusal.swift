import DockerConfig
import HTTP

/// A request that the registry refused with 401 or 403, and what had been done to authenticate it.
struct Refusal: Error {
  let status: Int
  /// Nil if the request was sent without authorization.
  let sent: Authorization.Scheme?
  /// The schemes that the refusal offers, in lower case.
  let offered: [String]
  let credential: FoundCredential
  let details: [RegistryError.Detail]
  /// Nil unless the response is a web page.
  let page: RegistryError.WebPage?

  /// - Parameter what: What was being done: "pushing test/app:v1".
  func error(registry: String, what: String) -> RegistryError {
    if let page, status == 403, offered.isEmpty { return .blocked(page, host: registry, what: what) }
    let isAnonymous = credential.credential == .anonymous
    let requiresAuthentication = status == 401 && offered.isEmpty || offered.contains("basic")
    let isUnanswered = sent == nil && !(isAnonymous && requiresAuthentication)
    if isUnanswered {
      let challenge = RegistryError.UnansweredChallenge(status: status, schemes: offered)
      return .unanswered(challenge, registry: registry, credential, what: what, details)
    }
    // Without a token server in between, a credential that the registry does not know shows here.
    if isAnonymous || (status == 401 && sent == .basic) {
      return .refused(registry: registry, credential, details)
    }
    return .denied(registry: registry, credential, what: what, details)
  }
}

extension HTTPResponse {
  /// True if the server refused the request because of who sent it.
  var isRefusal: Bool { status == 401 || (status == 403 && !isRateLimited && !isOverQuota) }

  /// True if there is no space for what was sent, which Harbor says with 403.
  private var isOverQuota: Bool { RegistryError.Detail.all(in: self).contains(where: \.tellsOfQuota) }

  /// True if the server did not look at the request, because there were too many: 429, 503 with a time, and GitHub's
  /// “secondary rate limit”, which is a 403 that has nothing to do with the credential.
  var isRateLimited: Bool {
    switch status {
    case 429: true
    case 503: fields["Retry-After"] != nil || retryAfter != nil
    case 403: RegistryError.Detail.all(in: self).contains { "\($0)".lowercased().contains("rate limit") }
    default: false
    }
  }

  /// - Parameters:
  ///   - url: That of the request, on another host than the registry's, such as a storage service.
  ///   - origin: What led there: a URL, or the registry.
  /// - Throws: `RegistryError.refusedElsewhere`. The challenge of another host must not be answered with the registry's
  ///   password.
  func checkNotRefused(elsewhere url: String, from origin: String) throws(RegistryError) {
    guard isRefusal else { return }
    throw .refusedElsewhere(from: origin, host: Origin(url: url)?.description ?? redacted(url), status: status)
  }
}
