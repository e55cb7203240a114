/// Why there was no complete response. `host` is as it stands in the URL, with its port if it has one there.
package enum TransportError: Error, Hashable {
  /// No address is known for the name.
  case unknownHost(String)
  case cannotConnect(host: String, reason: String)
  case timedOut(host: String, reason: String)
  /// The connection ended before the response did.
  case cut(host: String, reason: String)
  /// The server's certificate is not to be trusted.
  case untrusted(host: String, TrustProblem)
  /// The server does not speak TLS on this port: plain HTTP, most likely.
  case notTLS(host: String)
  /// The two sides could not agree on how to speak TLS.
  case tls(host: String, reason: String)
  /// Authorities that are to be trusted can't be read. `place` names the file, and where it is from.
  case authorities(place: String, reason: String)
  /// The proxy in between did not let the request through.
  case proxy(String, reason: String)
  /// The answer is longer than was allowed, in bytes.
  case tooLarge(host: String, limit: Int)
  case other(host: String, reason: String)
  /// There is no libcurl, so nothing can be sent at all.
  case unavailable(reason: String)

  /// True where the same request may do better later.
  package var isTransient: Bool {
    switch self {
    case .cannotConnect, .cut: true
    // Whoever waited once for the whole time limit does not want to wait for it four times more.
    case .timedOut, .unknownHost, .untrusted, .notTLS, .tls, .authorities, .proxy, .tooLarge, .other, .unavailable:
      false
    }
  }
}

extension TransportError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownHost(let host): "cannot find the host \(host): no address is known for this name"
    case .cannotConnect(let host, let reason): "cannot connect to \(host): \(reason)"
    case .timedOut(let host, let reason): "\(host) took too long: \(reason)"
    case .cut(let host, let reason): "the connection to \(host) broke off: \(reason)"
    case .untrusted(let host, let problem): "cannot trust \(host): \(problem)"
    case .notTLS(let host): "\(host) does not speak TLS (https) on this port"
    case .tls(let host, let reason): "cannot agree with \(host) on a TLS connection: \(reason)"
    case .authorities(let place, let reason): "cannot use the certificate authorities of \(place): \(reason)"
    case .proxy(let proxy, let reason): "the proxy \(proxy) did not let the request through: \(reason)"
    case .tooLarge(let host, let limit):
      "the answer of \(host) is larger than \(Self.size(limit)), which is not plausible"
    case .other(let host, let reason): "talking to \(host) failed: \(reason)"
    case .unavailable(let reason): "cannot load libcurl (Debian: libcurl4, libcurl4t64): \(reason)"
    }
  }

  private static func size(_ bytes: Int) -> String { bytes < 1 << 20 ? "\(bytes >> 10) KiB" : "\(bytes >> 20) MiB" }
}
