/// A server through which requests are sent.
package struct Proxy: Hashable, Sendable {
  /// `http://proxy.example.com:3128`, also `https:` and `socks5:`; without a name and a password.
  package let url: String
  package let credential: Credential?
  /// The environment variable in which it is set.
  package let variable: String

  /// True if the connection to the proxy itself uses TLS.
  package var isSecure: Bool { url.hasPrefix("https://") }

  /// Where the URL names no port. As in Go: libcurl would use 1080 for `http`, too.
  package var defaultPort: Int { isSecure ? 443 : url.hasPrefix("http://") ? 80 : 1080 }

  /// Its description hides both values, so that a password is not printed by accident.
  package struct Credential: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    package let username: String
    package let password: String

    package var description: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
  }

  /// Reads the value of a variable such as HTTPS_PROXY: a URL, or HOST:PORT for short. Nil if it has no host, or something
  /// else than a port after it, which could be a password: it must not be shown as a part of the address. Nil, too, if the
  /// host is not ASCII: libcurl encodes such names in a locale only, and this program uses none.
  package init?(_ text: String, from variable: String) {
    let schemes = ["http://", "https://", "socks5://", "socks5h://"]
    let scheme = schemes.first { text.lowercased().hasPrefix($0) }
    if scheme == nil, text.contains("://") { return nil }
    // Scalars: a combining character would hide the delimiter before it.
    let rest = text.unicodeScalars.dropFirst(scheme?.utf8.count ?? 0)
    // People forget to encode a slash, a question mark or a hash in a password. It must not end there: the beginning of
    // it would be used, and shown, as a host.
    let at = rest.lastIndex(of: "@")
    let hostAndPort = (at.map { rest[rest.index(after: $0)...] } ?? rest).prefix { !"/?#".unicodeScalars.contains($0) }
    guard Self.isAddress(String(hostAndPort)) else { return nil }
    self.variable = variable
    // The proxy looks up the registry's name: the DNS of this machine may not know it.
    url = (scheme == "socks5://" ? "socks5h://" : scheme ?? "http://") + String(hostAndPort)
    credential = at.map { at in
      let pair = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      return Credential(
        username: String(pair[0]).percentDecoded,
        password: pair.count == 2 ? String(pair[1]).percentDecoded : ""
      )
    }
  }

  private static func isAddress(_ text: String) -> Bool {
    let place = HostAndPort(text)
    if let port = place.port, !port.isEmpty, UInt16(port) == nil || !port.utf8.allSatisfy(\.isDigit) { return false }
    // An IPv6 address may have a zone (RFC 6874).
    let delimiters = place.host.hasPrefix("[") ? #"<>\^`{|}""# : #"<>\^`{|}"%"#
    return !place.host.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !delimiters.utf8.contains($0) }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
