/// Why there was no complete response. `host` is that of the URL, with its port if the URL has one.
package enum TransportError: Error, Hashable {
  /// No address is known for the name.
  case unknownHost(String)
  case cannotConnect(host: String, reason: String)
  case timedOut(host: String, reason: String, stage: Stage = .connection)
  /// The connection ended before the response did.
  case cut(host: String, reason: String)
  /// The server's certificate is not trusted. `unusable`: what might have made it so, here and below.
  case untrusted(host: String, TrustProblem, unusable: [UnusableCertificates] = [])
  /// The server does not speak TLS on this port; probably plain HTTP.
  case notTLS(host: String)
  /// The TLS handshake failed for another reason than the server's certificate.
  case tls(host: String, reason: String, unusable: [UnusableCertificates] = [])
  /// The proxy did not forward the request.
  case proxy(String, ProxyProblem, unusable: [UnusableCertificates] = [])
  /// The response is longer than `limit`, in bytes.
  case tooLarge(host: String, limit: Int)
  case other(host: String, reason: String)
  /// libcurl cannot be loaded, or has no memory.
  case unavailable(reason: String)

  /// What took too long.
  package enum Stage: Sendable {
    /// The host name was not resolved.
    case lookup
    /// The connection, including TLS, was not made.
    case connection
    case exchange
  }

  /// True if the same request may succeed later.
  package var isTransient: Bool {
    switch self {
    case .cannotConnect, .cut: true
    // A proxy says so where it cannot connect to the host, and where it has too much to do. 504 has waited.
    case .proxy(_, .status(let status), _): [429, 502, 503].contains(status)
    // A request that has waited for the whole timeout is not repeated: it would wait as long each time.
    case .timedOut, .unknownHost, .untrusted, .notTLS, .tls, .proxy, .tooLarge, .other, .unavailable:
      false
    }
  }

  package var isTimeout: Bool { if case .timedOut = self { true } else { false } }

  /// True if the server has not seen the request, and will see no other one for now.
  package var preventsConnection: Bool {
    switch self {
    case .unknownHost, .cannotConnect, .untrusted, .notTLS, .tls, .proxy, .unavailable: true
    case .timedOut(_, _, let stage): stage != .exchange
    case .cut, .tooLarge, .other: false
    }
  }

  /// The host that the request was for. Nil where the error is not about it.
  package var host: String? {
    switch self {
    case .unknownHost(let host), .cannotConnect(let host, _), .timedOut(let host, _, _), .cut(let host, _),
      .untrusted(let host, _, _), .notTLS(let host), .tls(let host, _, _), .tooLarge(let host, _),
      .other(let host, _):
      host
    case .proxy, .unavailable: nil
    }
  }

  /// Certificates that cannot be used, and that might have prevented the error. They are not a part of the description.
  package var unusable: [UnusableCertificates] {
    switch self {
    case .untrusted(_, _, let unusable), .tls(_, _, let unusable), .proxy(_, _, let unusable): unusable
    case .unknownHost, .cannotConnect, .timedOut, .cut, .notTLS, .tooLarge, .other, .unavailable: []
    }
  }
}

extension TransportError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownHost(let host): "cannot resolve the host name \(host)"
    case .cannotConnect(let host, let reason): "cannot connect to \(host): \(reason)"
    case .timedOut(let host, let reason, _): "\(host) took too long: \(reason)"
    case .cut(let host, let reason): "the connection to \(host) broke: \(reason)"
    case .untrusted(let host, let problem, _): "cannot trust \(host): \(problem)"
    case .notTLS(let host): "\(host) does not use TLS (https) on this port"
    case .tls(let host, let reason, _): "the TLS handshake with \(host) failed: \(reason)"
    case .proxy(let proxy, let problem, _): "the proxy \(proxy) did not forward the request: \(problem)"
    case .tooLarge(let host, let limit):
      "the response from \(host) is larger than \(Self.size(limit))"
    case .other(let host, let reason): "the request to \(host) failed: \(reason)"
    case .unavailable(let reason): "cannot load libcurl (Debian: libcurl4, libcurl4t64): \(reason)"
    }
  }

  private static func size(_ bytes: Int) -> String { bytes < 1 << 20 ? "\(bytes >> 10) KiB" : "\(bytes >> 20) MiB" }
}
