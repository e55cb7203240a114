/// Looks up the addresses of host names, with the system's resolver.
package enum NameLookup {
  /// - Parameter host: Without a port and brackets.
  /// - Returns: The addresses as text, in the order in which the system prefers them; the host itself if it is an address.
  /// - Throws: `NameLookupError`.
  package static func addresses(of host: String, within timeout: Duration) async throws(NameLookupError) -> [String] {
    if isAddress(host) { return [host] }
    return try await IPAddress.lookUp(host, within: timeout).map(\.description)
  }

  /// True if there is nothing to look up.
  package static func isAddress(_ host: String) -> Bool { IPAddress(host) != nil }
}
