import HTTP
import TestSupport
import Testing

@testable import OCIRegistry

/// Hosts that a registry names: token servers and storage.
extension EndpointTransportTests {
  struct OtherHost: CustomTestStringConvertible {
    let url: String
    /// Nil if it is verified: its addresses are not the reason that the registry has.
    let addresses: [String]?
    var testDescription: String { url }
  }

  static let otherHosts = [
    OtherHost(url: "https://127.1:444/token", addresses: ["127.0.0.1"]),
    OtherHost(url: "http://127.1/token", addresses: ["127.0.0.1"]),
    OtherHost(url: "https://127.2/token", addresses: ["127.0.0.2"]),
    OtherHost(url: "https://198.51.100.9/token", addresses: nil),
    OtherHost(url: "http://198.51.100.9/token", addresses: nil),
  ]

  /// The addresses of a registry say nothing about its token server, which would get the password.
  @Test(arguments: otherHosts)
  func anAddressMakesNoOtherHostInsecure(_ other: OtherHost) async throws {
    let scripted = ScriptedTransport([.failure(.notTLS(host: "127.1")), .status(401), .status(200)])
    let endpoint = try endpoint(scripted, "127.1", requested: [])
    #expect(await !endpoint.allowsInsecure(other.url))
    _ = try await endpoint.send(HTTPRequest(.get, "https://127.1/v2/"))
    #expect(await endpoint.allowsInsecure(other.url) == (other.addresses != nil))
    _ = try await endpoint.send(HTTPRequest(.get, other.url))
    #expect(scripted.requests.last?.tls.verifiesServer == (other.addresses == nil))
    #expect(scripted.requests.last?.addresses == other.addresses ?? [])
  }

  /// Also a loopback address, and the http of a mirror, say nothing about other hosts. An entry of the settings does so for
  /// certificates only, as in docker, and `--insecure` for all.
  @Test(arguments: otherHosts)
  func aNameMakesAnotherHostInsecureOnlyIfRequested(_ other: OtherHost) async throws {
    let settings = try TemporaryDirectory(["etc/docker/daemon.json": #"{"insecure-registries":["\#(Self.host)"]}"#])
    let isAllowed = other.addresses != nil
    let requested = try endpoint(ScriptedTransport([]))
    #expect(await requested.allowsInsecure(other.url))
    let configured = try endpoint(ScriptedTransport([]), requested: [], settings)
    #expect(await configured.allowsInsecure(other.url) == (isAllowed || other.url.hasPrefix("https:")))
    for host in ["localhost:5000", "127.0.0.1"] {
      #expect(try await endpoint(ScriptedTransport([]), host, requested: []).allowsInsecure(other.url) == isAllowed)
    }
    let mirror = try endpoint(ScriptedTransport([]), requested: [], reason: .mirror)
    #expect(await mirror.allowsInsecure(other.url) == isAllowed)
    #expect(await mirror.allowsInsecure("http://r.example/token"))
  }

  /// By the settings: the token server has an entry of its own, with its port.
  @Test func theSettingsCanNameAnotherHost() async throws {
    let entries = #"["t.example:5001"]"#
    let settings = try TemporaryDirectory(["etc/docker/daemon.json": #"{"insecure-registries":\#(entries)}"#])
    let loopback = try endpoint(ScriptedTransport([]), "localhost:5000", requested: [], settings)
    #expect(await loopback.allowsInsecure("http://t.example:5001/token"))
    #expect(await !loopback.allowsInsecure("http://t.example/token"))
    #expect(await !loopback.allowsInsecure("https://registry-1.docker.io/token"))
    let secure = try endpoint(ScriptedTransport([]), requested: [], settings)
    #expect(await secure.allowsInsecure("http://t.example:5001/token"))
    #expect(await !secure.allowsInsecure("http://localhost/token"))
  }

  @Test func anotherPortOfTheHostCanHaveAnEntry() async throws {
    let settings = try TemporaryDirectory(["etc/docker/daemon.json": #"{"insecure-registries":["r.example:9000"]}"#])
    let verified = try endpoint(ScriptedTransport([]), requested: [], settings)
    #expect(await verified.allowsInsecure("http://r.example:9000/token"))
    #expect(await !verified.allowsInsecure("http://r.example:9001/token"))
    #expect(await !verified.allowsInsecure("http://\(Self.host)/token"))
  }

  /// A token server with `https` on the host of a registry in plain HTTP gets the password over TLS, or not at all.
  @Test func aTokenServerKeepsItsScheme() async throws {
    let error = TransportError.cut(host: Self.host, reason: "reset")
    let scripted = ScriptedTransport([
      .failure(.notTLS(host: Self.host)), .status(401), .status(200), .failure(error), .status(200),
    ])
    let endpoint = try endpoint(scripted, headers: [("X-Meta-A", "1")])
    _ = try await endpoint.send(HTTPRequest(.get, Self.https))
    func askForToken(_ scheme: String) async throws {
      var request = HTTPRequest(.get, "\(scheme)://\(Self.host)/token")
      request.keepsScheme = true
      _ = try await endpoint.send(request)
    }
    try await askForToken("https")
    await #expect(throws: error) { try await askForToken("https") }
    try await askForToken("http")
    #expect(scripted.urls[2...] == ["https", "https", "http"].map { "\($0)://\(Self.host)/token" }[...])
    #expect(scripted.requests[2...].allSatisfy { $0.fields["X-Meta-A"] == "1" && !$0.tls.verifiesServer })
  }
}
