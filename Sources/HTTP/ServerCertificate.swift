/// What a server's certificate says (RFC 5280). The texts are the TLS library's.
package struct ServerCertificate: Hashable, Sendable {
  /// Such as `CN = registry.example.com`.
  package var subject = ""
  /// Such as `C = US, O = Let's Encrypt, CN = R11`.
  package var issuer = ""
  /// Of what it is for: host names and addresses.
  package var names: [String] = []
  /// Nil if the TLS library writes the time in a form that is not known, as is the next.
  package var validFrom: Timestamp?
  package var validUntil: Timestamp?

  package init() {}

  /// Whole days, rounded down: negative after it has expired; nil if the end is not known.
  package func daysLeft(at now: Timestamp) -> Int? {
    validUntil.map { end in Int((Double(end.seconds - now.seconds) / 86_400).rounded(.down)) }
  }

  /// The issuer's own name (CN, or else O), or all of it.
  package var issuerName: String {
    // OpenSSL puts blanks around the equals sign, and a value with a comma in quotation marks.
    let parts = issuer.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1).map(trimmed) }
    for key in ["CN", "O"] {
      if let part = parts.last(where: { $0.count == 2 && $0[0] == key }) { return part[1] }
    }
    return issuer
  }
}

private func trimmed(_ text: Substring) -> String {
  let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\"" }
  return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
}
