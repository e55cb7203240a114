/// What stands in for the certificate authorities of this machine, by the variables that OpenSSL and Go's tools read, with
/// the meaning they have in Go: the one replaces the system's file, the other its directories, in which every file counts
/// whatever its name. Nil where a variable is not set.
///
/// https://pkg.go.dev/crypto/x509#SystemCertPool
package struct SystemAuthorities: Hashable, Sendable {
  /// A PEM file.
  package let file: String?
  package let directories: [String]?

  package init(_ environment: [String: String] = [:]) {
    let value: (String) -> String? = { environment[$0].flatMap { $0.isEmpty ? nil : $0 } }
    file = value(Self.fileVariable)
    directories = value(Self.directoryVariable)?.split(separator: ":").map(String.init)
  }

  package static let fileVariable = "SSL_CERT_FILE"
  package static let directoryVariable = "SSL_CERT_DIR"
}
