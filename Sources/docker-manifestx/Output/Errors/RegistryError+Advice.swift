import HTTP
import OCIRegistry

extension RegistryError: Advised {
  var advice: String? {
    switch self {
    case .notFound(let reference, _): "If it is only on this machine: docker push \(reference)"
    case .configMissing, .wrongSize: "Build and push the image again"
    case .schema1: "Build or push the image again with a current version of docker"
    case .notKept: "Publish it again; if that does not help, ask the registry's owner"
    case .refused(let registry, let found, _):
      found.credential == .anonymous ? "To log in: \(login(registry))" : "To use other credentials: \(login(registry))"
    case .refusedElsewhere: "Only the registry's owner can fix this"
    case .unanswered(let challenge, let registry, let found, _, _):
      if case .identityToken = found.credential, challenge.schemes.contains("basic") {
        "To store a password: \(login(registry))"
      } else {
        nil
      }
    case .denied(let registry, _, _, _): "Ask its owner for access, or use another account: \(login(registry))"
    case .unexpected(let status, _, _): statusAdvice(status)
    case .busy(_, _, let retryAfter, _, _): retryAfter == nil ? nil : "To wait for longer: --retry-max-wait DURATION"
    case .plainRealm(let registry, _): "If that is intended: \(allowingInsecure(registry))"
    case .transport(let error, let registry, let isInsecure): connectionAdvice(error, registry, isInsecure: isInsecure)
    case .tokenServer(let error, let registry, let isInsecure):
      error.isSolvedAsForRegistry ? connectionAdvice(error, registry, isInsecure: isInsecure) : nil
    case .tooLarge, .wrongDigest, .notAManifest, .storedAs, .malformedAnswer, .redirect: nil
    }
  }
}

/// The command that stores a credential. Without a name it means Docker Hub.
private func login(_ registry: String) -> String { "docker login" + (registry == "docker.io" ? "" : " \(registry)") }

private func allowingInsecure(_ registry: String) -> String {
  "add \u{201C}\(registry)\u{201D} to insecure-registries in /etc/docker/daemon.json, or pass --insecure"
}

private func statusAdvice(_ status: Int) -> String? {
  switch status {
  case 404: "Check the name of the registry: another web server may have answered"
  case 405: "Check whether this registry is read-only"
  case 407: "Set HTTP_PROXY to http://NAME:PASSWORD@HOST:PORT"
  default: nil
  }
}

private func connectionAdvice(_ error: TransportError, _ registry: String, isInsecure: Bool) -> String? {
  switch error {
  case .timedOut: "To wait for longer: --timeout DURATION"
  case .notTLS where !isInsecure: "If \(registry) uses plain HTTP: \(allowingInsecure(registry))"
  // Only a refused connection says that the host is there, and that nothing listens on the port of HTTPS.
  case .cannotConnect(_, let reason)
  where !isInsecure && !registry.contains(":") && reason.lowercased().contains("refused"):
    "If \(registry) uses plain HTTP on port 80: \(allowingInsecure(registry))"
  case .untrusted(_, .unknownAuthority) where !isInsecure:
    """
    If the certificate's authority is your own, put its certificate at /etc/docker/certs.d/\(registry)/ca.crt
    To connect without verification: \(allowingInsecure(registry))
    """
  case .untrusted where !isInsecure: "To connect without verification: \(allowingInsecure(registry))"
  default: nil
  }
}

extension TransportError {
  /// True where what solves it for a registry solves it for its token server, too.
  fileprivate var isSolvedAsForRegistry: Bool {
    switch self {
    case .untrusted, .timedOut: true
    default: false
    }
  }
}
