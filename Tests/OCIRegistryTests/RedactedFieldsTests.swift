import DockerConfig
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

@Suite struct RedactedFieldsTests {
  static let requests: [(name: String, value: String, shown: String)] = [
    ("Accept", "a/b, */*", "a/b, */*"),
    ("Authorization", "Bearer secret", "Bearer ***"),
    ("authorization", "Basic secret", "Basic ***"),
    ("Authorization", "secret", "***"),
    ("Authorization", "Bearer\u{301} secret", "***"),
    // From HttpHeaders in config.json.
    ("X-Team", "secret", "***"),
    ("Cookie", "secret", "***"),
  ]

  @Test(arguments: requests)
  func ofARequestOnlyWhatIsKnownIsShown(name: String, value: String, shown: String) {
    #expect(RedactedFields.ofRequest([name: value]).lines.map(\.value) == [shown])
  }

  static let answers: [(name: String, value: String, shown: String)] = [
    ("Content-Type", "text/html; charset=utf-8", "text/html; charset=utf-8"),
    ("Docker-Content-Digest", "sha256:00", "sha256:00"),
    ("Set-Cookie", "a=secret; Path=/", "***"),
    ("X-Auth-Token", "secret", "***"),
    ("X-Amz-Security-Token", "secret", "***"),
    ("Location", "https://s.example/blob?sig=secret;a,b='c'", "https://s.example/blob?sig=…"),
    ("Location", "/v2/a/blobs/uploads/1?_state=secret", "/v2/a/blobs/uploads/1?_state=…"),
    ("Location", "https://me:secret@s.example/x", "https://s.example/x"),
    ("Link", "</v2/a/tags/list?n=2&last=b&x=secret>; rel=\"next\"", "</v2/a/tags/list?n=2&last=b&x=…>; rel=\"next\""),
    (
      "WWW-Authenticate",
      #"Bearer realm="https://t.example/token?key=secret",service="r",scope="repository:a:pull,push""#,
      #"Bearer realm="https://t.example/token?key=…",service="r",scope="repository:a:pull,push""#
    ),
    ("Date", "Sat, 28 Nov 2026 08:36:20 GMT", "Sat, 28 Nov 2026 08:36:20 GMT"),
  ]

  @Test(arguments: answers)
  func ofAnAnswerSecretsAreHidden(name: String, value: String, shown: String) {
    #expect(RedactedFields.ofResponse([name: value]).lines.map(\.value) == [shown])
  }

  /// A server can send fields of any length.
  @Test(.timeLimit(.minutes(1)), arguments: ["x", "?", "=", "a?b ", "://"])
  func longValuesTakeNoLongTime(piece: String) {
    let value = String(repeating: piece, count: 30_000)
    #expect(RedactedFields.ofResponse(["Location": value]).lines.count == 1)
  }

  /// Names and their order stay.
  @Test func linesOfOneNameStayApart() {
    var fields: HTTPFields = ["B": "1"]
    fields.append("A", "2")
    fields.append("b", "3")
    #expect(RedactedFields.ofResponse(fields) == fields)
  }
}

/// What containerd learns from a HEAD, and from mirrors.
@Suite struct ResolvingRequestsTests {
  private static let digest = "sha256:" + String(repeating: "0", count: 64)
  private static let good: HTTPFields = [
    "Content-Type": MediaType.ociIndex.rawValue + "; charset=utf-8", "Docker-Content-Digest": digest,
    "Content-Length": "12",
  ]

  @Test func aHeadTellsTheDescriptor() async throws {
    let scripted = ScriptedTransport([.status(200, Self.good)])
    let found = try await client(scripted).descriptor(of: .tag(Tag(parsing: "v1")))
    #expect(try found == Descriptor(mediaType: .ociIndex, size: 12, digest: Digest(parsing: Self.digest)))
    let request = try #require(scripted.requests.first)
    #expect(request.method == .head)
    let types =
      "docker.distribution.manifest.v2, docker.distribution.manifest.list.v2, oci.image.manifest.v1, oci.image.index.v1"
    let accept = types.split(separator: ", ").map { "application/vnd.\($0)+json" } + ["*/*"]
    #expect(request.fields["Accept"] == accept.joined(separator: ", "))
  }

  @Test(arguments: ["Content-Type", "Docker-Content-Digest", "Content-Length"])
  func aHeadThatLacksAPartTellsNothing(field: String) async throws {
    var fields = Self.good
    fields[field] = nil
    let scripted = ScriptedTransport([.status(200, fields)])
    #expect(try await client(scripted).descriptor(of: .tag(Tag(parsing: "v1"))) == nil)
  }

  @Test(arguments: [403, 404, 405])
  func aHeadThatIsRefusedTellsNothing(status: Int) async throws {
    let scripted = ScriptedTransport { request in
      request.url.hasSuffix("/v2/") ? .status(200) : .status(status, Self.good)
    }
    #expect(try await client(scripted).descriptor(of: .tag(Tag(parsing: "v1"))) == nil)
  }

  /// As containerd asks: https://github.com/containerd/containerd/blob/main/docs/hosts.md
  @Test func aMirrorIsToldWhichRegistryIsMeant() async throws {
    let scripted = ScriptedTransport([.status(200, Self.good)])
    let registries = Registries(scripted: scripted, keychain: FixedKeychain(.anonymous))
    let repository = try Reference(parsing: "alpine").repository
    let mirror = try #require(Registry(parsing: "mirror.example:5000"))
    let client = await registries.repository(repository, in: mirror)
    _ = try await client.descriptor(of: .tag(Tag(parsing: "v1")))
    #expect(scripted.urls == ["https://mirror.example:5000/v2/library/alpine/manifests/v1?ns=docker.io"])
    let access = await client.access()
    #expect(access.url == "https://mirror.example:5000/v2/library/alpine")
    #expect(access.query == "?ns=docker.io")
    #expect(access.authentication == .none)
  }

  private func client(_ transport: any HTTPTransport) async throws -> RepositoryClient {
    let registries = Registries(scripted: transport, keychain: FixedKeychain(.anonymous))
    return await registries.repository(try Reference(parsing: "r.example/a").repository)
  }
}
