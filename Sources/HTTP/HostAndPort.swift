/// A host with or without a port, as in a URL or in the name of a registry: `example.com`, `127.0.0.1:5000`, `[::1]:5000`.
///
/// https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2
package struct HostAndPort: Hashable, Sendable {
  /// As it is written: an IPv6 address has brackets.
  package let host: String
  /// The text after the colon, which need not be a number; nil where there is no colon.
  package let port: String?

  package init(_ text: some StringProtocol) {
    if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
      (host, port) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
    } else {
      (host, port) = (String(text), nil)
    }
  }

  /// The host without the brackets of an IPv6 address.
  package var name: String { host.first == "[" && host.last == "]" ? String(host.dropFirst().dropLast()) : host }
}
