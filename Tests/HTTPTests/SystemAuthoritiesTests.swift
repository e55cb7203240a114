import HTTP
import Testing

@Suite struct SystemAuthoritiesTests {
  static let environments: [(environment: [String: String], file: String?, directories: [String]?)] = [
    ([:], nil, nil),
    (["SSL_CERT_FILE": "/a b.pem"], "/a b.pem", nil),
    (["SSL_CERT_DIR": "/a"], nil, ["/a"]),
    (["SSL_CERT_DIR": "/a::/b:"], nil, ["/a", "/b"]),
    // Set, and to no place at all: the system's do not count.
    (["SSL_CERT_DIR": ":"], nil, []),
    (["ssl_cert_file": "/a"], nil, nil),
  ]

  @Test(arguments: environments)
  func readsTheVariablesAsGoDoes(environment: [String: String], file: String?, directories: [String]?) {
    let found = SystemAuthorities { environment[$0] }
    #expect(found.file == file)
    #expect(found.directories == directories)
  }
}
