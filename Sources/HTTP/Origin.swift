/// Scheme, host and port of a URL: a secret for one origin is never sent to another (RFC 6454).
package struct Origin: Hashable, Sendable {
  package let isSecure: Bool
  /// In lower case; an IPv6 address is in brackets.
  package let host: String
  package let port: Int

  /// Nil if the URL is not an absolute one of `http` or `https`, or contains something else than the visible characters of
  /// ASCII (RFC 3986 §2): a combining character after a slash would hide the slash from Swift, but not from libcurl, and
  /// another host would be taken for this origin.
  package init?(url: String) {
    guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    let lowercased = url.lowercased()
    guard let scheme = ["https://", "http://"].first(where: lowercased.hasPrefix) else { return nil }
    isSecure = scheme == "https://"
    let authority = lowercased.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    // What stands before an @ is a user's name, not the host.
    let place = HostAndPort(authority.split(separator: "@", omittingEmptySubsequences: false).last ?? "")
    guard !place.host.isEmpty, let port = place.port.map(UInt16.init) ?? (isSecure ? 443 : 80) else { return nil }
    (host, self.port) = (place.host, Int(port))
  }

  /// The same service by an address of its host, such as `10.0.0.1` or `::1`.
  package func at(_ address: String) -> Origin? {
    let host = address.contains(":") ? "[\(address)]" : address
    return Origin(url: "\(isSecure ? "https" : "http")://\(host):\(port)")
  }
}

/// `example.com` or `example.com:5000`: without the scheme's default port.
extension Origin: CustomStringConvertible {
  package var description: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }
}
