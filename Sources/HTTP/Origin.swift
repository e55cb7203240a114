/// Scheme, host and port of a URL: a secret for one origin is never sent to another (RFC 6454).
package struct Origin: Hashable, Sendable {
  package let isSecure: Bool
  /// In lower case; an IPv6 address is in brackets.
  package let host: String
  package let port: Int

  /// Nil if the URL is not an absolute one of `http` or `https`.
  package init?(url: String) {
    let lowercased = url.lowercased()
    guard let scheme = ["https://", "http://"].first(where: lowercased.hasPrefix) else { return nil }
    isSecure = scheme == "https://"
    let authority = lowercased.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    // User information comes before an @, and is not the host.
    let hostAndPort = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    if let colon = hostAndPort.lastIndex(of: ":"), !hostAndPort[colon...].contains("]") {
      guard let number = UInt16(hostAndPort[hostAndPort.index(after: colon)...]) else { return nil }
      (host, port) = (String(hostAndPort[..<colon]), Int(number))
    } else {
      (host, port) = (String(hostAndPort), isSecure ? 443 : 80)
    }
    if host.isEmpty { return nil }
  }
}

/// `example.com` or `example.com:5000`: without the scheme's default port.
extension Origin: CustomStringConvertible {
  package var description: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }
}
