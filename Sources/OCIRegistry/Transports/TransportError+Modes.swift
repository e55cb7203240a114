import HTTP

extension TransportError {
  /// True where another mode may work with the same host.
  var mayBeInsecure: Bool {
    switch self {
    case .timedOut(_, _, let stage): stage == .connection
    case .cannotConnect, .cut, .untrusted, .notTLS, .tls, .proxy: true
    case .unknownHost, .tooLarge, .other, .unavailable: false
    }
  }

  /// True if a proxy did not accept the name and the password that are set for it.
  var refusesProxyPassword: Bool {
    if case .proxy(_, .credentials(_, areRefused: true), _) = self { true } else { false }
  }
}

extension Error {
  /// True if the server spoke HTTP, and the error is about its response.
  var isOfHTTP: Bool {
    guard let error = self as? TransportError, case .tooLarge = error else { return false }
    return true
  }
}

extension TransportError {
  /// True if the error is about the connection, not about TLS. Where the TLS handshake has taken its part of the timeout,
  /// that is what the user needs to know; and it must not be waited for again, as after a connection that broke.
  var isOfConnection: Bool {
    switch self {
    case .cannotConnect, .notTLS: true
    default: false
    }
  }

  /// The error with TLS that also says what came of plain HTTP afterwards, if that is something of the same kind.
  func adding(_ error: any Error) -> TransportError {
    switch (self, error as? TransportError) {
    case (.timedOut(let host, let reason, _), .timedOut(_, let other, _)):
      .timedOut(host: host, reason: "\(reason), and in plain HTTP \(other)")
    // A connection that broke would be tried again, and each time waited for.
    case (.cut, .timedOut(let host, let other, let stage)):
      .timedOut(host: host, reason: "\(other) in plain HTTP", stage: stage)
    case (.cut(let host, let reason), .cut(_, let other)), (.cut(let host, let reason), .other(_, let other)):
      .cut(host: host, reason: "\(reason), and in plain HTTP \(other)")
    default: self
    }
  }
}
