/// Certificate authorities that replace those of this machine, by the variables that OpenSSL and Go's tools read, with
/// their meaning in Go: one replaces the system's file, the other its directories, of which every file is read whatever
/// its name. Nil if a variable is not set or empty.
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
