import DockerConfig
import HTTP
import OCI
import OCIRegistry

extension RegistryError: Advised {
  var advice: String? {
    switch self {
    // Nothing can be pushed under a digest.
    case .notFound(let reference, _) where reference.digest != nil: nil
    case .notFound(let reference, _): "If it is only on this machine: docker push \(word: reference)"
    case .configMissing, .blobMissing, .wrongSize: "Build and push the image again"
    case .schema1: "Build or push the image again with a current version of docker"
    case let error where error.lacksContent:
      "A part of an image is missing there, or is not seen yet: run the command again, or push the images again"
    case .notPut(let error, _, _):
      error.advice ?? (error.isRefusal ? "If the registry has immutable tags, publish the list under another tag" : nil)
    case .notConfirmed(let error, let reference):
      (error.advice.map { "\($0)\n" } ?? "")
        + "It may be there, or not. Look, or run the command again: docker manifestx inspect \(word: reference)"
    case .notKept: "Publish it again; if that does not help, ask the registry's owner"
    case .refused(let registry, let found, _): found.advice(registry, "To use other credentials:")
    case .refusedElsewhere: "Only the registry's owner can fix this"
    case .unanswered(let challenge, let registry, let found, _, _):
      if case .identityToken = found.credential, challenge.schemes.contains("basic") {
        found.advice(registry, "To store a password:")
      } else {
        found.credential == .anonymous && challenge.schemes.isEmpty ? found.advice(registry, "") : nil
      }
    case .blocked, .noToken(.malformedAnswer, _), .malformedAnswer(_, RegistryError.webPage),
      .notAManifest(_, RegistryError.webPage):
      "The response may come from a firewall or a proxy: ask its administrator, or the registry's owner"
    case .noToken(let error, _): error.advice
    case .denied(let registry, let found, _, _):
      found.advice(registry, "Ask its owner for access, or use another account:")
    case .uploadNotStarted(let repository, _):
      "Check that the repository \(repository) exists: some registries do not create it for the first image"
    case .unexpected(let status, _, let details): statusAdvice(status, details)
    case .busy(_, _, _, let isTooLong, _, _): isTooLong ? "To wait longer: --retry-max-wait DURATION" : nil
    case .plainRealm(let registry, let realm):
      "If that is intended: \(allowingInsecure(Origin(url: realm)?.description ?? registry))"
    case .transport(let error, let registry, let isInsecure, _):
      !hasOtherHost || error.isSolvedAsForRegistry ? connectionAdvice(error, registry, isInsecure: isInsecure) : nil
    case .tokenServer(let error, let registry, let isInsecure, _):
      error.isSolvedAsForRegistry ? connectionAdvice(error, registry, isInsecure: isInsecure) : nil
    case .tooLarge, .wrongDigest, .notAManifest, .storedAs, .malformedAnswer, .redirect: nil
    }
  }

  var diagnosis: String? {
    switch self {
    case .transport(let error, let registry, _, _), .tokenServer(let error, let registry, _, _):
      // doctor does not read what is at the other host.
      let host = hasOtherHost ? error.host ?? registry : registry
      return error.needsDiagnosis
        ? "To check each step of the connection: docker manifestx doctor \(word: PrintableText.line(host))"
        : nil
    case .notConfirmed(let error, _): return error.diagnosis
    default: return nil
    }
  }

  var unusableSources: [any Error] {
    switch self {
    case .refused(_, let found, _), .denied(_, let found, _, _), .unanswered(_, _, let found, _, _): found.unusable
    case .transport(_, _, _, let unusable), .tokenServer(_, _, _, let unusable): unusable
    case .notPut(let error, _, _), .notConfirmed(let error, _), .noToken(let error, _): error.unusableSources
    default: []
    }
  }
}

/// The command that stores a credential. Without a name it means Docker Hub.
private func login(_ registry: String) -> String {
  "docker login" + (registry == "docker.io" ? "" : " \(word: registry)")
}

extension FoundCredential {
  /// How to use another credential.
  ///
  /// - Parameter purpose: What that is for, if there is a credential.
  func advice(_ registry: String, _ purpose: String) -> String {
    switch store {
    case _ where credential == .anonymous:
      unusable.lazy.compactMap { $0.advice(registry) }.first ?? "To log in: \(login(registry))"
    case .dockerLogin: "\(purpose) \(login(registry))"
    case .variable(let name):
      "\(purpose) change \(name), or unset it and run \(login(registry)). \(name) takes precedence over docker login"
    case .namespace:
      "\(purpose) change that entry, or remove it and run \(login(registry)). The entry takes precedence over docker login"
    }
  }
}

extension UnusableSource {
  /// Nil where `docker login` is what helps.
  fileprivate func advice(_ registry: String) -> String? {
    switch self {
    case .helper(let error):
      error.reason == .missing ? "Install it, or remove that setting and run \(login(registry))" : nil
    case .settings(let error):
      if case .credential = error.reason {
        nil
      } else {
        error.advice ?? "Correct \(PrintableText.line(error.path)), or remove it and run \(login(registry))"
      }
    }
  }
}

private func allowingInsecure(_ registry: String) -> String {
  "add \u{201C}\(registry)\u{201D} to insecure-registries in /etc/docker/daemon.json, or pass --insecure"
}

private func skippingVerification(_ registry: String) -> String {
  registry.isDockerHub
    ? "--insecure does not apply to Docker Hub" : "To connect without verification: \(allowingInsecure(registry))"
}

extension String {
  /// As the name of a registry.
  fileprivate var isDockerHub: Bool { DockerHub.isHost(HostAndPort(self).name) }
}

extension RegistryError {
  /// True for the answer of a registry that will be the same at the next try.
  fileprivate var isRefusal: Bool {
    if case .unexpected(400..<500, _, _) = self { !isTransient } else { false }
  }
}

private func statusAdvice(_ status: Int, _ details: [RegistryError.Detail]) -> String? {
  switch status {
  // nginx's words for one that is missing, and for one that it does not accept.
  case 400 where details.contains { $0.message.contains("SSL certificate") }:
    "The server requires a client certificate that it knows: NAME.cert and NAME.key in /etc/docker/certs.d/HOST[:PORT]/"
  case 403 where details.contains(where: \.tellsOfQuota):
    "Delete images there, or ask the registry's owner for a higher limit"
  case 404 where details.contains { $0.code == "NAME_UNKNOWN" }:
    "Check that the repository exists: some registries do not create it for the first image"
  // With a code, it is a registry that answered.
  case 404 where details.allSatisfy(\.code.isEmpty):
    "Check the name of the registry: the response may come from another web server"
  case 413:
    "Raise the limit of the registry, or of the proxy in front of it (nginx: client_max_body_size), or make the layer smaller"
  case 405: "Check whether this registry is read-only"
  case 407: "Set HTTP_PROXY to http://NAME:PASSWORD@HOST:PORT"
  case 429: "The registry, or the proxy in front of it, limits the number of requests: try again later"
  // nginx says the same where it limits them.
  case 503: "The registry is not available, or a proxy in front of it limits the number of requests: try again later"
  default: nil
  }
}

private func connectionAdvice(_ error: TransportError, _ registry: String, isInsecure: Bool) -> String? {
  let mayBePlainHTTP = !isInsecure && !registry.isDockerHub
  let directory = "/etc/docker/certs.d/\(RegistryCertificates.directoryName(forHost: registry))"
  return switch error {
  case .timedOut: "To wait longer: --timeout DURATION"
  case .proxy(let proxy, .credentials(let variable, let areRefused), _):
    (areRefused ? "Correct them in \(variable): " : "Set \(variable) to ")
      + "\(proxy.replacing("://", with: "://NAME:PASSWORD@")) (special characters as %XX)"
  case .proxy(_, .schemes, _): "Use a proxy on this machine that authenticates itself there, such as cntlm"
  case .notTLS where mayBePlainHTTP: "If \(registry) uses plain HTTP: \(allowingInsecure(registry))"
  // Only a refused connection says that the host is there, and that nothing listens on the port of HTTPS.
  case .cannotConnect(_, let reason)
  where mayBePlainHTTP && !registry.contains(":") && reason.lowercased().contains("refused"):
    "If \(registry) uses plain HTTP on port 80: \(allowingInsecure(registry))"
  case .untrusted(_, .unknownAuthority, _) where !isInsecure:
    "If the certificate's authority is your own, put its certificate at \(directory)/ca.crt\n\(skippingVerification(registry))"
  case .untrusted where !isInsecure: skippingVerification(registry)
  default: nil
  }
}

extension TransportError {
  /// True where the error alone does not tell which part of the connection, or of the settings, is the reason.
  fileprivate var needsDiagnosis: Bool {
    switch self {
    case .proxy(_, .credentials, _): false
    case .unknownHost, .cannotConnect, .timedOut, .untrusted, .tls, .proxy: true
    case .cut, .notTLS, .tooLarge, .other, .unavailable: false
    }
  }

  /// True where what solves it for a registry solves it for its token server and its storage, too.
  fileprivate var isSolvedAsForRegistry: Bool {
    switch self {
    case .untrusted, .timedOut, .proxy(_, .credentials, _): true
    default: false
    }
  }
}
