import DockerConfig
import HTTP
import OCIRegistry

extension Console {
  /// Shows events of registries: long waits and unusable certificates always, all others with `--debug`.
  func show(_ event: RegistryEvent) {
    switch event {
    case .sending(let host):
      live?.began(PrintableText.line(host, limit: 255))
      return
    case .exchanged(let exchange):
      live?.ended(PrintableText.line(exchange.host, limit: 255))
      if isTracing { message(exchange.trace(userAgent: Session.userAgent)) }
    case .retrying(_, _, let wait) where wait >= .seconds(1): return notice("\(event)")
    case .certificatesUnusable: return warning("\(event)")
    default: break
    }
    debug("\(event)")
  }
}

extension RegistryEvent: CustomStringConvertible {
  package var description: String {
    switch self {
    case .sending(let host): "sending a request to \(host)"
    case .exchanged(let exchange): "\(exchange)"
    case .retrying(let request, let reason, let wait): "retrying \(request) in \(wait.rounded): \(reason)"
    case .credentialFound(let registry, let origin): "credentials for \(registry): \(origin)"
    case .tokenServer(let registry, let url): "tokens for \(registry) come from \(url)"
    case .mayBeInsecure(let registry, let reason): "insecure connections to \(registry) are allowed: \(reason)"
    case .addressesMayBeInsecure(let registry, let reason):
      "insecure connections to \(registry) are allowed: \(reason)"
    case .certificates(let registry, let certificates): "\(registry) has certificates: \(certificates)"
    case .certificatesUnusable(let problem): "\(problem); continuing without it"
    case .tryingPlainHTTP(let registry, let error): "https to \(registry) failed, trying http: \(error)"
    case .modeFound(let registry, let isPlainHTTP):
      "\(registry) uses \(isPlainHTTP ? "http" : "https, certificate not verified")"
    case .mirrorHasNoAnswer(let url, let status):
      "the mirror \(url) does not have this content (status \(status)), trying the next mirror or the registry itself"
    case .mirrorFailed(let url, let error): "the mirror \(url) cannot be used: \(error)"
    }
  }
}

extension InsecureRegistries.AddressReason: CustomStringConvertible {
  package var description: String {
    let places = zip(addresses, reasons).map { address, reason in
      if case .setting = reason { "\(address) is in \(reason)" } else { "\(address) is \(reason)" }
    }
    return places.joined(separator: ", and ")
  }
}

extension RegistryEvent.RetryReason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .status(let status): "it returned \(status)"
    case .transport(let error): "\(error)"
    }
  }
}

extension RegistryEvent.Exchange: CustomStringConvertible {
  package var description: String {
    let request = "\(method.rawValue) \(url): "
    switch result {
    case .failure(let error): return request + "\(error)"
    case .success(let answer):
      let metrics = answer.metrics
      let milliseconds = Int((metrics.duration / .milliseconds(1)).rounded())
      // Only the connection was wanted.
      if answer.status == 0 { return "connected to \(host): \(milliseconds) ms, \(metrics.tls)" }
      return request + "\(answer.status), \(answer.size) bytes, \(milliseconds) ms, \(metrics.version), "
        + (metrics.reusedConnection ? "same connection" : "new connection")
        + (metrics.tls.isEmpty ? "" : ", \(metrics.tls)")
    }
  }
}

extension Duration {
  fileprivate var rounded: String {
    let seconds = self / .seconds(1)
    return seconds < 1 ? "\(Int(seconds * 1000)) ms" : "\(Int(seconds.rounded())) s"
  }
}
