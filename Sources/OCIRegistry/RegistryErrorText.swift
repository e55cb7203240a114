import HTTP
import OCI

extension RegistryError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notFound(let reference, let details):
      "\(reference) is not in the registry\(said(details)). If it is only on this machine: docker push \(reference)"
    case .loginNeeded(let registry):
      "\(registry) wants to know who is asking, and no credentials are stored for it: \(login(registry))"
    case .refused(let registry, let found, let details):
      found.credential == .anonymous
        ? "\(Self.loginNeeded(registry: registry))\(said(details))"
        : "\(registry) did not accept the credentials of \(found.origin)\(said(details)). To store others: \(login(registry))"
    case .denied(let registry, let found, let what, let details):
      "\(registry) does not allow \(what) with the credentials of \(found.origin)\(said(details)). Ask its owner for access, or: \(login(registry))"
    case .unexpected(let status, let what, let details):
      "\(what) was answered with \(status)\(statusName(status))\(said(details))"
    case .wrongDigest(let what, let expected, let found):
      "\(what) should hash to \(expected), and what came hashes to \(found): it was changed on the way or in the registry"
    case .notAManifest(let reference, let reason): "\(reference) has no manifest that can be read: \(reason)"
    case .schema1(let reference):
      "\(reference) is in docker's first manifest format, which can't stand in a list: build or push it again with a docker of this decade"
    case .storedAs(let stored, let sent, let reference):
      "the registry keeps \(reference) as \(stored), but \(sent) was sent: do not use this tag"
    case .nonsense(let from, let reason): "\(redacted(from)) gave an answer that makes no sense: \(reason)"
    case .redirect(let from, let to, let why): "\(redacted(from)) leads to \(redacted(to)), \(why)"
    case .transport(let error, let registry, let isInsecure): "\(error)" + advice(error, registry, isInsecure)
    }
  }
}

/// The registry's own words.
private func said(_ details: [RegistryError.Detail]) -> String {
  details.isEmpty ? "" : " (it says: \(details.map(\.description).joined(separator: "; ")))"
}

/// The command that stores a credential. Without a name it means Docker Hub.
private func login(_ registry: String) -> String { "docker login" + (registry == "docker.io" ? "" : " \(registry)") }

private func statusName(_ status: Int) -> String {
  switch status {
  case 404: " (not found): is this a registry?"
  case 405: " (method not allowed): is this registry read-only?"
  case 413: " (too large)"
  case 429: " (too many requests)"
  case 500...: " (the server failed)"
  default: ""
  }
}

private func advice(_ error: TransportError, _ registry: String, _ isInsecure: Bool) -> String {
  let settings = "add \u{201C}\(registry)\u{201D} to insecure-registries in /etc/docker/daemon.json, or pass --insecure"
  switch error {
  case .notTLS where !isInsecure: return ". If \(registry) speaks plain HTTP: \(settings)"
  case .cannotConnect where !isInsecure && !registry.contains(":"):
    return ". If \(registry) speaks plain HTTP on port 80: \(settings)"
  case .untrusted where !isInsecure:
    return
      ". If its authority is your own, put that authority's certificate at /etc/docker/certs.d/\(registry)/ca.crt; to do without: \(settings)"
  default: return ""
  }
}
