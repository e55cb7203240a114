import DockerConfig
import HTTP
import OCI
import OCIRegistry
import Testing

@testable import docker_manifestx

@Suite struct DoctorTests {
  static let targets: [(text: String, registry: String, repository: String?, manifest: String?)] = [
    ("harbor.example.com", "harbor.example.com", nil, nil), ("harbor.example.com/", "harbor.example.com", nil, nil),
    ("harbor.example.com:8443", "harbor.example.com:8443", nil, nil), ("localhost", "localhost", nil, nil),
    ("registry:5000", "registry:5000", nil, nil), ("[::1]:5000", "[::1]:5000", nil, nil),
    ("docker.io", "docker.io", nil, nil), ("index.docker.io", "docker.io", nil, nil),
    // Docker Hub's images.
    ("alpine", "docker.io", "library/alpine", nil), ("registry:2", "docker.io", "library/registry", ":2"),
    ("python:3.12", "docker.io", "library/python", ":3.12"),
    ("alpine:latest", "docker.io", "library/alpine", ":latest"),
    ("harbor.example.com/test/app", "harbor.example.com", "test/app", nil),
    ("harbor.example.com:8443/test/app:v1", "harbor.example.com:8443", "test/app", ":v1"),
  ]

  @Test(arguments: targets)
  func targetIsRegistryOrName(text: String, registry: String, repository: String?, manifest: String?) throws {
    let target = try DoctorTarget(parsing: text)
    #expect(target.registry.host == registry)
    #expect(target.repository?.path == repository)
    #expect(target.manifest?.description == manifest)
  }

  @Test(arguments: ["https://harbor.example.com", "harbor.example.com/Test", "", "localhost:70000"])
  func otherTargetsAreErrors(text: String) {
    #expect(throws: ReferenceError.self) { try DoctorTarget(parsing: text) }
  }

  @Test func pluginsAreFoundInDockersOrder() {
    let directories = PluginDirectories(
      extra: ["/opt/plugins", "/usr/lib/docker/cli-plugins"],
      configDirectory: "/home/me/.docker"
    )
    #expect(
      directories.all == [
        "/opt/plugins", "/usr/lib/docker/cli-plugins", "/home/me/.docker/cli-plugins",
        "/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins", "/usr/libexec/docker/cli-plugins",
      ]
    )
    #expect(directories.candidates.first == "/opt/plugins/docker-manifestx")
  }

  static let versions: [(line: String, version: String?, missing: Int)] = [
    ("Docker version 28.2.2, build e6534b4", "28.2.2", 0), ("Docker version 25.0.3, build 4debf41", "25.0.3", 1),
    ("Docker version 20.10.24+dfsg1, build 297e128", "20.10.24+dfsg1", 2), ("Docker version dev, build HEAD", "dev", 0),
    ("podman version 5.4.0", nil, 0), ("", nil, 0),
  ]

  @Test(arguments: versions)
  func readsDockersVersion(line: String, version: String?, missing: Int) {
    #expect(DockerCheck.version(line) == version)
    #expect(DockerCheck.missing(in: version ?? "").count == missing)
  }

  static let clocks: [(ahead: Int, state: CheckResult.State, words: String)] = [
    (0, .ok, "within 1 s"), (-60, .ok, "within 60 s"), (61, .warning, "61 s ahead of"),
    (-3600, .warning, "3600 s behind"),
  ]

  @Test(arguments: clocks)
  func clocksAreCompared(ahead: Int, state: CheckResult.State, words: String) {
    let result = ClockCheck.result(ahead: ahead)
    #expect(result.state == state)
    #expect(result.text.contains(words))
  }

  static let limits: [(remaining: String?, limit: String?, state: CheckResult.State?, text: String)] = [
    ("76;w=21600", "100;w=21600", .ok, "76 of 100 left"), ("0;w=21600", nil, .warning, "0 left"),
    ("12", nil, .ok, "12 left"),
    ("many", nil, nil, ""), (nil, "100", nil, ""),
  ]

  @Test(arguments: limits)
  func readsRateLimits(remaining: String?, limit: String?, state: CheckResult.State?, text: String) {
    var fields = HTTPFields()
    fields["ratelimit-remaining"] = remaining
    fields["ratelimit-limit"] = limit
    let result = RateLimitCheck.result(HTTPResponse(status: 200, fields: fields))
    #expect(result?.state == state)
    #expect(result?.text ?? "" == text)
  }

  static let peers: [(proxy: String?, host: String, port: Int)] = [
    (nil, "registry.example.com", 443), ("proxy.example.com:3128", "proxy.example.com", 3128),
    ("https://me:secret@proxy.example.com", "proxy.example.com", 443), ("socks5://[::1]:9", "[::1]", 9),
    ("http://proxy.example.com", "proxy.example.com", 80), ("socks5://proxy.example.com", "proxy.example.com", 1080),
  ]

  @Test(arguments: peers)
  func connectionGoesToTheProxy(proxy: String?, host: String, port: Int) throws {
    let origin = try #require(Origin(url: "https://registry.example.com/v2/"))
    let peer = Peer(origin, proxy.flatMap { Proxy($0, from: "HTTPS_PROXY") })
    #expect(peer.host == host)
    #expect(peer.port == port)
  }
}
