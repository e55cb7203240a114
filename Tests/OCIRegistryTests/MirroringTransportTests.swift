import DockerConfig
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

@Suite struct MirroringTransportTests {
  private static let manifest = #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json"}"#
  private static let good = ScriptedTransport.Answer.status(
    200,
    ["Content-Type": MediaType.ociManifest.rawValue],
    body: manifest
  )
  private static let hub = "https://registry-1.docker.io"
  private static let (one, two) = ("https://one.example", "https://two.example:5000")
  private static let path = "/v2/library/alpine/manifests/latest"

  struct Case: CustomTestStringConvertible {
    let testDescription: String
    /// By the beginning of the URL.
    let answers: [String: ScriptedTransport.Answer]
    let urls: [String]
  }

  static let cases: [Case] = [
    Case(testDescription: "the first mirror has it", answers: [one: good], urls: [one]),
    Case(testDescription: "the second has it", answers: [one: .status(404), two: good], urls: [one, two]),
    Case(
      testDescription: "none has it",
      answers: [one: .status(404), two: .status(403), hub: good],
      urls: [one, two, hub]
    ),
    Case(
      testDescription: "a mirror that cannot be reached is not tried again",
      answers: [one: .failure(.cut(host: "one.example", reason: "reset")), two: .status(503), hub: good],
      urls: [one, two, hub]
    ),
    Case(
      testDescription: "the page of a proxy is no manifest",
      answers: [one: .status(200, ["Content-Type": "text/html"], body: "<html>"), two: .status(200), hub: good],
      urls: [one, two, hub]
    ),
    Case(
      testDescription: "a part of a document",
      answers: [
        one: .status(200, ["Content-Type": MediaType.ociManifest.rawValue], body: String(manifest.dropLast(5))),
        two: good,
      ],
      urls: [one, two]
    ),
    Case(
      testDescription: "an empty document, or another than the one that is named",
      answers: [
        one: .status(200, ["Content-Type": MediaType.ociIndex.rawValue]),
        two: .status(
          200,
          [
            "Content-Type": MediaType.ociManifest.rawValue,
            "Docker-Content-Digest": "sha256:" + String(repeating: "0", count: 64),
          ],
          body: manifest
        ), hub: good,
      ],
      urls: [one, two, hub]
    ),
  ]

  /// Each of many requests would wait for the time limit.
  @Test(arguments: [
    (TransportError.timedOut(host: "one.example", reason: "no answer"), 1), (.cut(host: "one.example", reason: "x"), 2),
  ])
  func aMirrorWithoutAConnectionIsAskedOnce(error: TransportError, times: Int) async throws {
    let scripted = ScriptedTransport { $0.url.hasPrefix(Self.one) ? .failure(error) : Self.good }
    let registries = registries(scripted)
    for _ in 0..<2 { _ = try await registries.repository(Self.alpine, readsMirrors: true).manifest(.tag(.latest)) }
    #expect(scripted.urls.count { $0.hasPrefix(Self.one) } == times)
  }

  @Test func aMirrorWhoseTokenServerDoesNotAnswerIsAskedOnce() async throws {
    let challenge: HTTPFields = ["WWW-Authenticate": #"Bearer realm="https://t.example/token",service="x""#]
    let scripted = ScriptedTransport { request in
      if request.url.hasPrefix("https://t.example/") { return .failure(.timedOut(host: "t.example", reason: "none")) }
      return request.url.hasPrefix(Self.one) ? .status(401, challenge) : Self.good
    }
    let registries = registries(scripted)
    for _ in 0..<2 { _ = try await registries.repository(Self.alpine, readsMirrors: true).manifest(.tag(.latest)) }
    #expect(scripted.urls.count { $0.hasPrefix(Self.one) } == 1)
  }

  /// What a mirror sends cannot be looked at before it is handed on.
  @Test func blobsComeFromTheRegistryItself() async throws {
    let scripted = ScriptedTransport { request in
      request.url.hasPrefix("\(Self.hub)/") ? .status(200, body: Blob.text) : nil
    }
    let client = await registries(scripted).repository(Self.alpine, readsMirrors: true)
    #expect(try await Blob.read(client.blob(Blob.descriptor())) == Blob.text)
  }

  @Test(arguments: cases)
  func mirrorsAreReadInOrderThenTheRegistry(_ expected: Case) async throws {
    let scripted = ScriptedTransport { request in
      expected.answers.first { request.url.hasPrefix("\($0.key)/") }?.value
    }
    let client = await registries(scripted).repository(Self.alpine, readsMirrors: true)
    #expect(try await client.manifest(.tag(.latest)).bytes == Array(Self.manifest.utf8))
    #expect(scripted.urls == expected.urls.map { $0 + Self.path })
  }

  @Test func contentOfAnotherDigestIsNotTaken() async throws {
    let digest = try Digest(of: Array(Self.manifest.utf8))
    let scripted = ScriptedTransport { request in
      let type: HTTPFields = ["Content-Type": MediaType.ociManifest.rawValue]
      return request.url.hasPrefix(Self.one) ? .status(200, type, body: "{}") : Self.good
    }
    let client = await registries(scripted).repository(Self.alpine, readsMirrors: true)
    #expect(try await client.manifest(.digest(digest, tag: nil)).digest == digest)
    #expect(scripted.urls.map { Origin(url: $0)?.host } == ["one.example", "two.example"])
  }

  @Test func mirrorsAreForReadsOfDockerHubOnly() async throws {
    let scripted = ScriptedTransport { request in
      request.method == .put ? .status(201, ["Docker-Content-Digest": Self.digest]) : Self.good
    }
    let registries = registries(scripted)
    _ = try await registries.repository(Self.alpine).manifest(.tag(.latest))
    let elsewhere = Repository(registry: Registry(host: "r.example"), path: "a")
    _ = try await registries.repository(elsewhere, readsMirrors: true).manifest(.tag(.latest))
    let bytes = Array(Self.manifest.utf8)
    let raw = RawManifest(bytes: bytes, mediaType: .ociManifest, digest: try Digest(of: bytes))
    _ = try await registries.repository(Self.alpine, readsMirrors: true).put(raw, as: .tag(.latest))
    #expect(scripted.urls == [Self.hub + Self.path, "https://r.example/v2/a/manifests/latest", Self.hub + Self.path])
  }

  /// Each gets the credential that is stored for itself.
  @Test func noMirrorGetsThePasswordOfTheRegistry() async throws {
    let scripted = ScriptedTransport { request in
      let isAuthorized = request.fields["Authorization"] != nil
      if !isAuthorized { return .status(401, ["WWW-Authenticate": "Basic"]) }
      return request.url.hasPrefix(Self.hub) ? Self.good : .status(404)
    }
    let keychain = HostKeychain()
    let registries = Registries(scripted: scripted, keychain: keychain, mirrors: [Self.one, Self.two])
    for _ in 0..<3 {
      _ = try await registries.repository(Self.alpine, readsMirrors: true).manifest(.tag(.latest))
    }
    for request in scripted.requests {
      guard let sent = request.fields["Authorization"] else { continue }
      let host = try #require(Origin(url: request.url)).description
      let own = Authorization.basic(host == "registry-1.docker.io" ? "docker.io" : host, Secret("secret"))
      #expect(sent == own.fieldValue)
    }
    // A mirror is a host, too: one look-up and one challenge for each, in all three reads.
    #expect(keychain.hosts.sorted() == ["docker.io", "one.example", "two.example:5000"])
    #expect(scripted.requests.filter { $0.fields["Authorization"] == nil }.count == 3)
  }

  @Test func aMirrorInPlainHTTPGetsNoPassword() async throws {
    let scripted = ScriptedTransport { request in
      if request.url.hasPrefix(Self.hub) { return Self.good }
      if request.url.hasPrefix("https://") { return .failure(.notTLS(host: "one.example")) }
      return .status(401, ["WWW-Authenticate": "Basic"])
    }
    let registries = Registries(scripted: scripted, keychain: HostKeychain(), mirrors: ["http://one.example"])
    _ = try await registries.repository(Self.alpine, readsMirrors: true).manifest(.tag(.latest))
    #expect(
      scripted.urls.last == Self.hub + Self.path && scripted.urls.contains { $0.hasPrefix("http://one.example/") }
    )
    #expect(scripted.requests.allSatisfy { $0.fields["Authorization"] == nil })
  }

  @Test func aMirrorThatIsReadUnderItsOwnNameIsOneHost() async throws {
    let scripted = ScriptedTransport { request in
      request.fields["Authorization"] == nil ? .status(401, ["WWW-Authenticate": "Basic"]) : Self.good
    }
    let keychain = HostKeychain()
    let registries = Registries(scripted: scripted, keychain: keychain, mirrors: [Self.one])
    _ = try await registries.repository(Self.alpine, readsMirrors: true).manifest(.tag(.latest))
    let own = Repository(registry: Registry(host: "one.example"), path: "a")
    _ = try await registries.repository(own).manifest(.tag(.latest))
    #expect(keychain.hosts == ["one.example"])
    #expect(scripted.requests.map { $0.fields["Authorization"] != nil } == [false, true, true])
  }

  /// Of `manifest`.
  private static let digest = "sha256:b22c7289dd3b4785a3795c90e15d16bd66bd29b444b8974fe29ed0443ce50405"
  private static let alpine = Repository(registry: .dockerHub, path: "library/alpine")

  private func registries(_ scripted: ScriptedTransport) -> Registries {
    Registries(scripted: scripted, keychain: FixedKeychain(.anonymous), mirrors: [Self.one, Self.two])
  }
}

/// Has a password for each host, whose user name is the host.
private final class HostKeychain: Keychain {
  private let asked = Mutex<[String]>([])

  var hosts: [String] { asked.withLock { $0 } }

  func credential(for namespace: RegistryNamespace) async throws -> FoundCredential {
    asked.withLock { $0.append("\(namespace)") }
    return FoundCredential(.basic(username: namespace.host, password: Secret("secret")), source: "a test")
  }
}
