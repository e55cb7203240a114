import DockerConfig
import HTTP
import OCI

extension RegistryError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound(let reference, let details):
      "\(reference) is not in the registry\(missing(reference, details)). If it is only on this machine: docker push \(reference)"
    case .refusedElsewhere(let host, let status):
      "\(host), to which the registry led, did not let the request through (\(status)): that is for the registry's owner to mend"
    case .refused(let registry, let found, let details):
      found.credential == .anonymous
        ? "\(registry) wants to know who is asking, and no credentials are stored for it: \(login(registry))\(said(details))"
        : "\(registry) did not accept the credentials of \(found.source)\(said(details)). To store others: \(login(registry))"
    case .unanswered(let question, let registry, let found, let what, let details):
      "\(registry) does not allow \(what)\(said(details)): \(reason(question, registry, found))"
    case .denied(let registry, let found, let what, let details):
      "\(registry) does not allow \(what) with the credentials of \(found.source)\(said(details)). Ask its owner for access, or: \(login(registry))"
    case .unexpected(let status, let what, let details):
      "\(what) was answered with \(status)\(statusName(status))\(said(details))"
    case .configMissing(let reference, let digest, let details):
      "\(reference) is in the registry, but its config (\(digest)) is not\(said(details)): build and push the image again"
    case .tooLarge(let what, let host, let limit):
      "\(what): \(TransportError.tooLarge(host: host, limit: limit))"
    case .busy(let status, let what, let retryAfter, let remaining, let details):
      "\(what) was answered with \(status)\(statusName(status))\(said(details))"
        + (remaining.map { ". What is left of the limit (RateLimit-Remaining): \($0)" } ?? "")
        + (retryAfter.map { ". It may be asked again after: \($0); to wait for that long: --retry-max-wait" } ?? "")
    case .wrongDigest(let what, let expected, let found):
      "\(what) should hash to \(expected), and what came hashes to \(found): it was changed on the way or in the registry"
    case .notAManifest(let reference, let reason): "\(reference) has no manifest that can be read: \(reason)"
    case .schema1(let reference):
      "\(reference) is in docker's first manifest format, which can't stand in a list: build or push it again with a docker of this decade"
    case .storedAs(let stored, let sent, let reference):
      "the registry keeps \(reference) as \(stored), but \(sent) was sent: do not use this tag"
    case .notKept(let reference):
      "the registry took \(reference), and does not have it: publish it again, and if that is no better, ask the registry's owner"
    case .nonsense(let from, let reason): "\(place(from)) gave an answer that makes no sense: \(reason)"
    case .redirect(let from, let to, let why): "\(redacted(from)) leads to \(redacted(to)), \(why)"
    case .plainRealm(let registry, let realm):
      "\(registry) wants the password to be sent to \(redacted(realm)), in plain HTTP, so it was not sent. If that is as it should be: \(settings(registry))"
    case .transport(let error, let registry, let isInsecure): "\(error)" + advice(error, registry, isInsecure)
    case .tokenServer(let error, let registry, let isInsecure):
      "there is no token for \(registry) to be had from the token server that it names: \(error)"
        + (error.sharesRegistryAdvice ? advice(error, registry, isInsecure) : "")
    }
  }
}

/// The registry's own words.
private func said(_ details: [RegistryError.Detail]) -> String {
  details.isEmpty ? "" : " (it says: \(details.map(\.description).joined(separator: "; ")))"
}

/// Why nothing was sent that says who is asking.
private func reason(_ question: RegistryError.Question, _ registry: String, _ found: FoundCredential) -> String {
  if case .identityToken = found.credential, question.schemes.contains("basic") {
    return
      "it wants a name and a password, and the credentials of \(found.source) are an identity token, which was not sent. To store a password: \(login(registry))"
  }
  // A hostile one may name more of them, and longer ones, than anybody wants to read.
  let schemes = question.schemes.prefix(5).map { $0.prefix(40) }.joined(separator: ", ")
  let asked =
    schemes.isEmpty ? "did not say how to prove who is asking" : "asks for a kind of proof not known here (\(schemes))"
  let kept = found.credential == .anonymous ? "" : ", so the credentials of \(found.source) were not sent"
  return "it answered \(question.status) and \(asked)\(kept)"
}

/// Most registries only say again what has been said.
private func missing(_ reference: Reference, _ details: [RegistryError.Detail]) -> String {
  if details.contains(where: { $0.code == "NAME_UNKNOWN" }) {
    return ", which has no repository \(reference.repository)"
  }
  return details.contains { $0.code == "MANIFEST_UNKNOWN" } ? "" : said(details)
}

/// The command that stores a credential. Without a name it means Docker Hub.
private func login(_ registry: String) -> String { "docker login" + (registry == "docker.io" ? "" : " \(registry)") }

private func statusName(_ status: Int) -> String {
  switch status {
  case 404: " (not found): is this a registry?"
  case 405: " (method not allowed): is this registry read-only?"
  case 413: " (too large)"
  case 407: " (a proxy wants a name and a password: set HTTP_PROXY to http://NAME:PASSWORD@HOST:PORT)"
  case 429: " (too many requests)"
  case 500...: " (the server failed)"
  default: ""
  }
}

extension TransportError {
  /// True where what helps with a registry helps with its token server, too.
  fileprivate var sharesRegistryAdvice: Bool {
    switch self {
    case .untrusted, .timedOut: true
    default: false
    }
  }
}

private func settings(_ registry: String) -> String {
  "add \u{201C}\(registry)\u{201D} to insecure-registries in /etc/docker/daemon.json, or pass --insecure"
}

private func advice(_ error: TransportError, _ registry: String, _ isInsecure: Bool) -> String {
  let settings = settings(registry)
  switch error {
  case .notTLS where !isInsecure: return ". If \(registry) speaks plain HTTP: \(settings)"
  case .cannotConnect where !isInsecure && !registry.contains(":"):
    return ". If \(registry) speaks plain HTTP on port 80: \(settings)"
  case .untrusted(_, .unknownAuthority) where !isInsecure:
    return
      ". If its authority is your own, put that authority's certificate at /etc/docker/certs.d/\(registry)/ca.crt; to do without: \(settings)"
  case .timedOut: return ". To wait for longer: --timeout DURATION"
  case .untrusted where !isInsecure: return ". To do without: \(settings)"
  default: return ""
  }
}
