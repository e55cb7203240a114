import DockerConfig
import HTTP
import OCI

extension RegistryError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound(let reference, let details): "\(reference) is not in the registry\(missing(reference, details))"
    case .configMissing(let reference, let digest, let details):
      "\(reference) is in the registry, but its config (\(digest)) is not\(said(details))"
    case .blobMissing(let repository, let digest, let details):
      "\(repository) does not have the blob \(digest), although a manifest there names it\(said(details))"
    case .wrongDigest(let what, let expected, let found):
      "the digest of \(what) is \(found), but \(expected) was expected: the content was changed in transit or in the registry"
    case .wrongSize(let what, let expected, let found):
      "\(what) has \(found) bytes, but the size in its descriptor is \(expected); container engines reject such an image"
    case .notAManifest(let reference, let reason): "the manifest of \(reference) cannot be read: \(reason)"
    case .schema1(let reference):
      "\(reference) is in docker's first manifest format (schema 1), which cannot be in a list"
    case .storedAs(let stored, let sent, let reference):
      "the registry has stored \(reference) as \(stored), but \(sent) was sent: do not use this tag"
    case .notPut(let error, let reference, let current): "\(error); \(reference) still has the digest \(current)"
    case .notConfirmed(let error, let reference):
      "\(reference.repository.registry) has not confirmed that \(reference) was pushed: \(error)"
    case .notKept(let reference): "the registry accepted \(reference), but does not have it"
    case .refused, .refusedElsewhere, .unanswered, .blocked, .denied, .plainRealm: accessDescription
    case .unexpected, .busy, .tooLarge, .malformedAnswer, .redirect, .transport, .noToken, .tokenServer,
      .uploadNotStarted:
      exchangeDescription
    }
  }

  /// Of errors about who may do what.
  private var accessDescription: String {
    switch self {
    case .refused(let registry, let found, let details):
      found.credential == .anonymous
        ? "\(registry) requires authentication, and no credentials are stored for it\(said(details))"
        : "\(registry) did not accept the credentials from \(found.source)\(said(details))"
    case .refusedElsewhere(let from, let host, let status):
      "\(place(from)) redirects to \(host), which refused the request (\(status))"
    case .unanswered(let challenge, let registry, let found, let what, let details):
      "\(registry) does not allow \(what)\(said(details)): \(reason(challenge, found))"
    case .blocked(let page, let host, let what):
      "\(host) does not allow \(what): it returned 403 with a web page"
        + (page.server.map { " (server: \u{201C}\($0)\u{201D})" } ?? "") + " instead of a registry's error"
    case .denied(let registry, let found, let what, let details):
      "\(registry) does not allow \(what) with the credentials from \(found.source)\(said(details))"
    case .plainRealm(let registry, let realm):
      "\(registry) requests that the password be sent to \(redacted(realm)) over plain HTTP; it was not sent"
    default: ""
    }
  }

  /// Of errors that do not depend on what was asked for.
  private var exchangeDescription: String {
    switch self {
    case .unexpected(let status, let what, let details):
      "\(what) returned \(status)\(statusName(status))\(said(details))"
    case .busy(let status, let what, let retryAfter, _, let remaining, let details):
      "\(what) returned \(status)\(statusName(status))\(said(details))"
        + (remaining.map { "; requests left (RateLimit-Remaining): \($0)" } ?? "")
        + (retryAfter.map { "; Retry-After: \($0)" } ?? "")
    case .tooLarge(let what, let host, let limit): "\(what): \(TransportError.tooLarge(host: host, limit: limit))"
    case .malformedAnswer(let from, let reason): "\(place(from)) sent a response that cannot be used: \(reason)"
    case .redirect(let from, let to, let why): "\(place(from)) redirects to \(redacted(to)), \(why)"
    case .transport(let error, let registry, _, _):
      "\(error)" + (hasOtherHost ? ", and the registry \(registry) refers to this host" : "")
    case .uploadNotStarted(let repository, let error): "cannot begin an upload to \(repository): \(error)"
    case .noToken(let error, let registry): "cannot get a token for \(registry): \(error)"
    case .tokenServer(let error, let registry, _, _):
      "cannot get a token for \(registry) from the token server that the registry names: \(error)"
    default: ""
    }
  }
}

/// What the registry said, quoted.
private func said(_ details: [RegistryError.Detail]) -> String {
  let texts = details.map(\.description).filter { !$0.isEmpty }
  return texts.isEmpty ? "" : " (registry message: \(texts.map { "\u{201C}\($0)\u{201D}" }.joined(separator: "; ")))"
}

/// Why the request was sent without authorization.
private func reason(_ challenge: RegistryError.UnansweredChallenge, _ found: FoundCredential) -> String {
  if case .identityToken = found.credential, challenge.schemes.contains("basic") {
    return
      "it requires a user name and a password, and the credentials from \(found.source) are an identity token, which was not sent"
  }
  // A hostile registry may name many of them, and long ones.
  let schemes = challenge.schemes.prefix(5).map { $0.prefix(40) }.joined(separator: ", ")
  let asked =
    schemes.isEmpty
    ? "did not say how to authenticate" : "requires an authentication scheme that is not supported (\(schemes))"
  let kept = found.credential == .anonymous ? "" : ", so the credentials from \(found.source) were not sent"
  return "it returned \(challenge.status) and \(asked)\(kept)"
}

/// Most registries only repeat that it is not there.
private func missing(_ reference: Reference, _ details: [RegistryError.Detail]) -> String {
  if details.contains(where: { $0.code == "NAME_UNKNOWN" }) {
    return ", which has no repository \(reference.repository)"
  }
  return details.contains { $0.code == "MANIFEST_UNKNOWN" } ? "" : said(details)
}

private func statusName(_ status: Int) -> String {
  switch status {
  case 404: " (not found)"
  case 405: " (method not allowed)"
  case 407: " (the proxy requires a user name and a password)"
  case 413: " (too large)"
  case 429: " (too many requests)"
  case 500...: " (server error)"
  default: ""
  }
}
