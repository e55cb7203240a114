import Testing

@testable import OCI

/// Grammar and normalisation: github.com/distribution/reference, regexp.go and normalize.go, and their tests.
@Suite struct ReferenceTests {
  static let hash = DigestTests.abc
  static let hex = String(repeating: "0123456789abcdef", count: 4)
  static let longPath = String(repeating: "a", count: 255)
  static let longTag = String(repeating: "t", count: 128)

  static let read: [(text: String, host: String, path: String, tag: String?, digest: String?)] = [
    ("alpine", "docker.io", "library/alpine", "latest", nil),
    ("alpine:3", "docker.io", "library/alpine", "3", nil),
    ("docker.io/alpine", "docker.io", "library/alpine", "latest", nil),
    ("index.docker.io/alpine", "docker.io", "library/alpine", "latest", nil),
    ("index.docker.io/a/b", "docker.io", "a/b", "latest", nil),
    ("docker.io/library/alpine", "docker.io", "library/alpine", "latest", nil),
    ("library/alpine", "docker.io", "library/alpine", "latest", nil),
    ("a/b/c", "docker.io", "a/b/c", "latest", nil),
    ("docker.io", "docker.io", "library/docker.io", "latest", nil),
    ("localhost", "docker.io", "library/localhost", "latest", nil),
    ("localhost/app", "localhost", "app", "latest", nil),
    ("localhost:5000/app", "localhost:5000", "app", "latest", nil),
    ("registry/app", "docker.io", "registry/app", "latest", nil),
    ("registry:5000/app", "registry:5000", "app", "latest", nil),
    ("Registry/app", "Registry", "app", "latest", nil),
    ("REG.example.com/app", "REG.example.com", "app", "latest", nil),
    ("1.2.3.4:5000/a/b:c", "1.2.3.4:5000", "a/b", "c", nil),
    ("[::1]/app", "[::1]", "app", "latest", nil),
    ("[2001:DB8::1]:5000/app:v1", "[2001:DB8::1]:5000", "app", "v1", nil),
    ("xn--n3h.example.com/app", "xn--n3h.example.com", "app", "latest", nil),
    ("r.example/a.b/c_d/e__f/g--h/0", "r.example", "a.b/c_d/e__f/g--h/0", "latest", nil),
    ("r.example/a---b", "r.example", "a---b", "latest", nil),
    ("app:_x.Y-1", "docker.io", "library/app", "_x.Y-1", nil),
    ("app:\(longTag)", "docker.io", "library/app", longTag, nil),
    ("r.example/\(longPath)", "r.example", longPath, "latest", nil),
    ("app@\(hash)", "docker.io", "library/app", nil, hash),
    ("r.example:1/app:v1@\(hash)", "r.example:1", "app", "v1", hash),
    ("r.example/app@\(DigestTests.abc512)", "r.example", "app", nil, DigestTests.abc512),
    ("r.example/\(hex)", "r.example", hex, "latest", nil),
    ("\(hex):v1", "docker.io", "library/\(hex)", "v1", nil),
    ("\(hex)0", "docker.io", "library/\(hex)0", "latest", nil),
  ]

  @Test(arguments: read)
  func reads(text: String, host: String, path: String, tag: String?, digest: String?) throws {
    let reference = try Reference(parsing: text)
    #expect(reference.repository.registry.host == host)
    #expect(reference.repository.path == path)
    #expect(reference.tag?.text == tag)
    #expect(reference.digest?.description == digest)
    #expect(reference.name.pathComponent == digest ?? tag)
    #expect(Reference(reference.repository, reference.name) == reference)
  }

  static let refused: [(text: String, reason: ReferenceError.Reason)] = [
    ("", .empty),
    (":v1", .component("")),
    ("/app", .component("")),
    ("app/", .component("")),
    ("a//b", .component("")),
    ("r.example/", .noRepository(host: "r.example")),
    ("docker.io/", .noRepository(host: "docker.io")),
    ("r.example:5000/:v1", .noRepository(host: "r.example:5000")),
    ("https://r.example/app", .scheme("https://")), ("HTTP://r.example/app", .scheme("http://")),
    ("docker://r.example/app:v1", .scheme("docker://")), ("docker-archive://a", .scheme("docker-archive://")),
    (hash, .digestAlone), ("sha256:0123456789ab", .digestAlone), (DigestTests.abc512, .digestAlone),
    ("r.example/app:feature/x", .slashInTag("app:feature")), ("r.example/a/b:v1.2/x/y", .slashInTag("b:v1.2")),
    ("app:feature/x", .slashInTag("app:feature")), ("r.example/app:80/x", .component("app:80")),
    ("r.example:/app", .host("r.example:")),
    ("r.example:x/app", .slashInTag("r.example:x")),
    ("r.example:65536/app", .host("r.example:65536")),
    ("r.example:+80/app", .host("r.example:+80")),
    ("-r.example/app", .host("-r.example")),
    ("r.example-/app", .host("r.example-")),
    ("r..example/app", .host("r..example")),
    (".example/app", .host(".example")),
    ("r_x.example/app", .host("r_x.example")),
    ("::1/app", .host("::1")),
    ("[::1/app", .host("[::1")),
    ("[]:5000/app", .host("[]:5000")),
    ("[fe80::1%eth0]/app", .host("[fe80::1%eth0]")),
    ("münchen.example/app", .notASCII(host: "münchen.example")),
    ("App", .upperCase("library/App")),
    ("r.example/App", .upperCase("App")),
    ("r.example/app/É", .upperCase("app/É")),
    ("a___b", .component("a___b")),
    ("a..b", .component("a..b")),
    ("a._b", .component("a._b")),
    ("-a", .component("-a")),
    ("a-", .component("a-")),
    ("_a", .component("_a")),
    ("a/.b", .component(".b")),
    ("a b", .component("a b")),
    (" a", .component(" a")),
    ("a\n", .component("a\n")),
    ("a\r\nb", .component("a\r\nb")),
    ("a\0", .component("a\0")),
    ("é", .component("é")),
    ("e\u{301}", .component("e\u{301}")),
    ("a\u{200B}b", .component("a\u{200B}b")),
    ("а", .component("а")),
    ("r.example/\(longPath)a", .tooLong(256)),
    ("\(longPath)", .tooLong(263)),
    (hex, .imageID),
    ("app:", .tag("")),
    ("app:-x", .tag("-x")),
    ("app:.x", .tag(".x")),
    ("app:a:b", .tag("a:b")),
    ("app:a b", .tag("a b")),
    ("app:v1\n", .tag("v1\n")),
    ("app:é", .tag("é")),
    ("app:\(longTag)t", .tag("\(longTag)t")),
    ("app@", .digest(.noAlgorithm(""))),
    ("app@latest", .digest(.noAlgorithm("latest"))),
    ("app@sha256:abc", .digest(.notHex(.sha256, "abc"))),
    ("app@md5:\(hex)", .digest(.unknownAlgorithm("md5"))),
    ("app@\(hash)@\(hash)", .digest(.notHex(.sha256, "\(hash.dropFirst(7))@\(hash)"))),
    ("@\(hash)", .component("")),
  ]

  @Test(arguments: refused)
  func refuses(text: String, reason: ReferenceError.Reason) {
    #expect(throws: ReferenceError(text, reason)) { try Reference(parsing: text) }
  }

  @Test func thePasswordInAURLIsNotShown() {
    let (secret, rest) = ("me:pa@ss", "@r.example/a@\(Self.hash)")
    for scheme in ["https://", ""] {
      let error = #expect(throws: ReferenceError.self) { try Reference(parsing: "\(scheme)\(secret)\(rest)") }
      #expect(error?.description.hasPrefix("invalid reference “\(scheme)***\(rest)”: ") == true)
      #expect(error?.description.contains("pa@ss") == false && error?.hasCredential == true)
    }
  }

  static let descriptions: [(text: String, shown: String)] = [
    ("docker.io/library/alpine", "alpine:latest"),
    ("index.docker.io/me/app:v1", "me/app:v1"),
    ("library/a/b", "library/a/b:latest"),
    ("r.example/library/app", "r.example/library/app:latest"),
    ("[::1]:5000/app:v1@\(hash)", "[::1]:5000/app:v1@\(hash)"),
    ("app@\(hash)", "app@\(hash)"),
  ]

  @Test(arguments: descriptions)
  func isShownAsDockerShowsIt(text: String, shown: String) throws {
    let reference = try Reference(parsing: text)
    #expect(reference.description == shown)
    #expect(try Reference(parsing: shown) == reference, "what is shown can be given again")
  }

  @Test func dockerHubHasThreeHostNames() {
    for host in ["docker.io", "index.docker.io", "registry-1.docker.io"] { #expect(DockerHub.isHost(host)) }
    for host in ["", "hub.docker.com", "docker.io:443", "www.docker.io"] { #expect(!DockerHub.isHost(host)) }
  }
}
