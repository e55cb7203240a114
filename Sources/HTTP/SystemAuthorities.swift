/// Certificate authorities that replace those of this machine, by the variables that OpenSSL and Go's tools read, with
/// their meaning in Go: one replaces the system's file, the other its directories, of which every file is read whatever
/// its name. Nil if a variable is not set or empty.
///
/// https://pkg.go.dev/crypto/x509#SystemCertPool
package struct SystemAuthorities: Hashable, Sendable {
  /// A PEM file.
  package let file: String?
  package let directories: [String]?

  /// - Parameter variable: The value of an environment variable; nil where it is not set or empty.
  package init(_ variable: (String) -> String? = { _ in nil }) {
    file = variable(Self.fileVariable)
    directories = variable(Self.directoryVariable)?.split(separator: ":").map(String.init)
  }

  package init(file: String?, directories: [String]?) {
    self.file = file
    self.directories = directories
  }

  package static let fileVariable = "SSL_CERT_FILE"
  package static let directoryVariable = "SSL_CERT_DIR"
}
