import DockerConfig
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

/// Blobs that another repository of the same registry has.
@Suite(.timeLimit(.minutes(1))) struct BlobMountTests {
  static let mounts: [UploadCase] = [
    UploadCase(
      testDescription: "mounted",
      answers: [.status(201)],
      requests: ["POST …?mount=D&from=b/c"],
      source: "r.example/b/c",
      result: .mounted
    ),
    UploadCase(
      testDescription: "a session instead of a mount",
      answers: [Blob.session, .status(404), .status(201)],
      requests: ["POST …?mount=D&from=b/c", "HEAD D", "PUT …1?digest=D"],
      source: "r.example/b/c"
    ),
    UploadCase(
      testDescription: "no mount of what is there",
      answers: [Blob.session, .status(200)],
      requests: ["POST …?mount=D&from=b/c", "HEAD D"],
      source: "r.example/b/c",
      result: .present
    ),
    UploadCase(
      testDescription: "another registry's repository",
      answers: [Blob.session, .status(201)],
      requests: ["POST …", "PUT …1?digest=D"],
      source: "s.example/b/c"
    ),
    UploadCase(
      testDescription: "the repository itself",
      answers: [Blob.session, .status(201)],
      requests: ["POST …", "PUT …1?digest=D"],
      source: "r.example/a"
    ),
  ]

  static let refusedMounts: [[ScriptedTransport.Answer]] = [
    [.status(400, body: Blob.error("NAME_INVALID"))], [.status(401)], [.status(403)],
    [.status(404)], [.status(405)], [.status(500)], [.status(200)], [.status(202)], [Blob.reset],
    [.redirect("https://s.example/x")], [.failure(.timedOut(host: "r.example", reason: "30 s"))],
  ]

  @Test(arguments: mounts)
  func sendsBytesOnlyIfTheyAreNeeded(_ expected: UploadCase) async throws { try await expected.check() }

  @Test(arguments: refusedMounts)
  func aRefusedMountIsAPlainUpload(answers: [ScriptedTransport.Answer]) async throws {
    let scripted = ScriptedTransport(answers + [.status(404), Blob.session, .status(201)])
    let source = try Reference(parsing: "r.example/b").repository
    #expect(
      try await Blob.client(scripted).put(Blob.descriptor(), mountingFrom: source, content: Blob.content) == .uploaded
    )
    #expect(try Blob.summary(scripted) == ["POST …?mount=D&from=b", "HEAD D", "POST …", "PUT …1?digest=D"])
  }

  /// One token for both repositories; if the server gives none for two, one for the target alone. The password has been
  /// accepted before: otherwise it would not be sent a second time after a 401.
  @Test(arguments: [200, 400, 401])
  func aMountAsksForOneTokenOfBothRepositories(status: Int) async throws {
    let server = ScopeServer()
    let scripted = ScriptedTransport { request in
      if request.url.hasPrefix("https://t.example"), request.url.contains("%3Ab%3A"), status != 200 {
        return .status(status)
      }
      let answer = await server.answer(request)
      guard case .status(let answered, _, _, _) = answer, answered != 401, request.url.contains("r.example/v2")
      else { return answer }
      return request.method == .head
        ? .status(404) : request.url.contains("mount=") || request.method == .put ? .status(201) : Blob.session
    }
    let client = try await Blob.client(scripted, .basic(username: "me", password: Secret("secret")))
    let source = try Reference(parsing: "r.example/b").repository
    #expect(try await !client.has(blob: Blob.descriptor()))
    let result = try await client.put(Blob.descriptor(), mountingFrom: source, content: Blob.content)
    #expect(result == (status == 200 ? .mounted : .uploaded))
    let target = Scope(try Reference(parsing: "r.example/a").repository, .pullAndPush)
    #expect(server.tokenRequests == [[target]] + (status == 200 ? [[target, Scope(source, .pull)]] : []))
  }
}
