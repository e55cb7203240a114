import DockerConfig
import HTTP
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

/// Manifests that are pushed.
@Suite struct ManifestPushTests {
  private static let unknown = #"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no such"}]}"#

  private static let notYet = ScriptedTransport.Answer.status(
    400,
    body: #"{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry"}]}"#
  )

  static let puts: [(answers: [ScriptedTransport.Answer], isGood: Bool)] = [
    ([.status(201, ["Docker-Content-Digest": Sample.digest])], true),
    ([.status(201, ["Docker-Content-Digest": Sample.other])], false),
    ([.status(201), .status(200, ["Content-Type": Sample.oci], body: Sample.manifest)], true),
    // It does not see yet what it has just stored.
    ([notYet, notYet, .status(201, ["Docker-Content-Digest": Sample.digest])], true),
    (
      [
        .status(400, body: #"{"errors":[{"code":"BLOB_UNKNOWN"}]}"#),
        .status(201, ["Docker-Content-Digest": Sample.digest]),
      ],
      true
    ),
    ([notYet, notYet, notYet, notYet, .status(404, body: unknown)], false),
    ([.status(201), .status(200, ["Content-Type": Sample.oci], body: "{}")], false),
    ([.status(300), .status(404, body: unknown)], false),
    ([.status(413), .status(404, body: unknown)], false),
  ]

  @Test(arguments: puts)
  func whatIsStoredMustBeWhatWasSent(answers: [ScriptedTransport.Answer], isGood: Bool) async throws {
    let bytes = Array(Sample.manifest.utf8)
    let raw = RawManifest(bytes: bytes, mediaType: .ociManifest, digest: try Digest(of: bytes))
    let scripted = ScriptedTransport(answers)
    let reference = try Reference(parsing: "r.example/a:v1")
    if isGood {
      #expect(try await Blob.client(scripted).put(raw, as: reference.name) == .stored)
    } else {
      await #expect(throws: RegistryError.self) { try await Blob.client(scripted).put(raw, as: reference.name) }
    }
    let request = try #require(scripted.requests.first)
    #expect(request.method == .put)
    #expect(request.url == "https://r.example/v2/a/manifests/v1")
    #expect(request.fields["Content-Type"] == Sample.oci)
    #expect(request.body.bytes == bytes)
    #expect(scripted.requests.count == answers.count)
  }

  static let refusedPuts: [ScriptedTransport.Answer] = [
    .status(400, body: #"{"errors":[{"code":"TAG_INVALID","message":"immutable"}]}"#), .status(412), .status(403),
    .failure(.timedOut(host: "r.example", reason: "30 s")),
  ]

  /// A registry whose tags cannot be moved refuses what it has already, and an answer may be lost: the name is read once.
  @Test(arguments: refusedPuts, [Sample.manifest, "{}", nil])
  func aRefusedPutIsComparedWithWhatTheNameStandsFor(answer: ScriptedTransport.Answer, there: String?) async throws {
    let bytes = Array(Sample.manifest.utf8)
    let raw = RawManifest(bytes: bytes, mediaType: .ociManifest, digest: try Digest(of: bytes))
    let scripted = ScriptedTransport([
      answer, there.map { .status(200, ["Content-Type": Sample.oci], body: $0) } ?? .status(404, body: Self.unknown),
    ])
    let name = try Reference(parsing: "r.example/a:v1").name
    if there == Sample.manifest {
      #expect(try await Blob.client(scripted).put(raw, as: name) == .alreadyThere)
    } else {
      let error = await #expect(throws: RegistryError.self) { try await Blob.client(scripted).put(raw, as: name) }
      let current = "r.example/a:v1 still has the digest \(try Digest(of: Array("{}".utf8)))"
      #expect(error?.description.hasSuffix(current) == (there != nil))
      #expect(error?.description.contains("\n") == false, "it is printed on one line")
    }
    #expect(scripted.requests.map(\.method) == [.put, .get])
    #expect(scripted.urls.allSatisfy { $0 == "https://r.example/v2/a/manifests/v1" })
  }

  static let lostPuts: [(put: ScriptedTransport.Answer, isUnknown: Bool)] = [
    (.failure(.cut(host: "r.example", reason: "reset")), true),
    // The response to an earlier attempt may have been lost.
    (.failure(.cannotConnect(host: "r.example", reason: "refused")), true), (.status(502), true), (.status(412), false),
  ]

  /// The list may have been published, or not. The error says so, and names the list.
  @Test(arguments: lostPuts)
  func aLostPutThatCannotBeLookedAtIsNotConfirmed(put: ScriptedTransport.Answer, isUnknown: Bool) async throws {
    let bytes = Array(Sample.manifest.utf8)
    let raw = RawManifest(bytes: bytes, mediaType: .ociManifest, digest: try Digest(of: bytes))
    let away = ScriptedTransport.Answer.failure(.cannotConnect(host: "r.example", reason: "refused"))
    let scripted = ScriptedTransport { $0.method == .put ? put : away }
    let name = try Reference(parsing: "r.example/a:v1").name
    let error = await #expect(throws: RegistryError.self) { try await Blob.client(scripted).put(raw, as: name) }
    let start = "r.example has not confirmed that r.example/a:v1 was pushed: "
    #expect(error?.description.hasPrefix(start) == isUnknown)
    #expect(scripted.requests.last?.method == .get)
  }

  /// The registry chooses the algorithm, in its answer and when the name is read.
  @Test(arguments: [201, 403])
  func anotherAlgorithmIsNoOtherManifest(status: Int) async throws {
    let bytes = Array(Sample.manifest.utf8)
    let raw = RawManifest(bytes: bytes, mediaType: .ociManifest, digest: try Digest(of: bytes))
    let fields: HTTPFields = ["Docker-Content-Digest": "\(try Digest(of: bytes, .sha512))", "Content-Type": Sample.oci]
    let scripted = ScriptedTransport([.status(status, fields), .status(200, fields, body: Sample.manifest)])
    let name = try Reference(parsing: "r.example/a:v1").name
    let result = try await Blob.client(scripted).put(raw, as: name)
    #expect(result == (status == 201 ? .stored : .alreadyThere))
    let other: HTTPFields = ["Docker-Content-Digest": "\(try Digest(of: [1], .sha512))"]
    let error = await #expect(throws: RegistryError.self) {
      try await Blob.client(ScriptedTransport([.status(201, other)])).put(raw, as: name)
    }
    #expect(error?.description.hasPrefix("the registry has stored r.example/a:v1 as sha512:") == true)
  }
}
