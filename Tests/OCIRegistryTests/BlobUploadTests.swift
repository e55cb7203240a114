import DockerConfig
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

@Suite(.timeLimit(.minutes(1))) struct BlobUploadTests {
  static let whole: [UploadCase] = [
    UploadCase(
      testDescription: "one POST and one PUT",
      answers: [Blob.session, .status(201)],
      requests: ["POST …", "PUT …1?digest=D"]
    ),
    UploadCase(
      testDescription: "a Location with a query",
      answers: [.status(202, ["Location": "\(Blob.uploads)1?_state=a%3D&x"]), .status(201)],
      requests: ["POST …", "PUT …1?_state=a%3D&x&digest=D"]
    ),
    UploadCase(
      testDescription: "a Location without /blobs/uploads/",
      answers: [.status(202, ["Location": "/artifacts-uploads/\(String(repeating: "x", count: 9000))"]), .status(201)],
      requests: ["POST …", "PUT https://r.example/artifacts-uploads/\(String(repeating: "x", count: 9000))?digest=D"]
    ),
    UploadCase(
      testDescription: "a Location with the port that the name leaves out",
      answers: [.status(202, ["Location": "https://r.example:443/up"]), .status(201)],
      requests: ["POST …", "PUT https://r.example:443/up?digest=D"]
    ),
    UploadCase(
      testDescription: "a Location in plain HTTP",
      answers: [.status(202, ["Location": "http://r.example/up"])],
      requests: ["POST …"],
      error: "r.example/v2/a/blobs/uploads/ redirects to http://r.example/up, which is plain HTTP"
    ),
    UploadCase(
      testDescription: "no Location",
      answers: [.status(202)],
      requests: ["POST …"],
      error: "r.example/v2/a/blobs/uploads/ sent a response that cannot be used: it has no Location header"
    ),
    UploadCase(
      testDescription: "200 is success",
      answers: [Blob.session, .status(200)],
      requests: ["POST …", "PUT …1?digest=D"]
    ),
    UploadCase(
      testDescription: "204 is success",
      answers: [Blob.session, .status(204)],
      requests: ["POST …", "PUT …1?digest=D"]
    ),
    UploadCase(
      testDescription: "202 is not, but the blob may be there",
      answers: [Blob.session, .status(202), .status(200)],
      requests: ["POST …", "PUT …1?digest=D", "HEAD D"]
    ),
    UploadCase(
      testDescription: "an answer that was lost",
      answers: [Blob.session, Blob.reset, .status(200)],
      requests: ["POST …", "PUT …1?digest=D", "HEAD D"]
    ),
    UploadCase(
      testDescription: "a session that was lost",
      answers: [
        Blob.session, .status(404, body: Blob.error("BLOB_UPLOAD_UNKNOWN")), .status(404), Blob.session, .status(201),
      ],
      requests: ["POST …", "PUT …1?digest=D", "HEAD D", "POST …", "PUT …1?digest=D"]
    ),
    UploadCase(
      testDescription: "a session that another replica does not know",
      answers: [
        Blob.session, .status(400, body: Blob.error("BLOB_UPLOAD_INVALID")), .status(404), Blob.session, .status(201),
      ],
      requests: ["POST …", "PUT …1?digest=D", "HEAD D", "POST …", "PUT …1?digest=D"]
    ),
    UploadCase(
      testDescription: "five attempts are enough",
      answers: Array(repeating: [Blob.session, .status(500), .status(404)], count: 5).flatMap { $0 },
      requests: Array(repeating: ["POST …", "PUT …1?digest=D", "HEAD D"], count: 5).flatMap { $0 },
      error:
        "pushing the blob sha256:84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882 (10 bytes) to r.example/a returned 500 (server error)"
    ),
    UploadCase(
      testDescription: "what would be refused again",
      answers: [Blob.session, .status(400, body: Blob.error("UNSUPPORTED")), .status(404)],
      requests: ["POST …", "PUT …1?digest=D", "HEAD D"],
      error: "returned 400 (registry message: “UNSUPPORTED”)"
    ),
    UploadCase(
      testDescription: "a redirect",
      answers: [Blob.session, .redirect("https://s.example/up"), .status(404)],
      requests: ["POST …", "PUT …1?digest=D", "HEAD D"],
      error: "and only requests that read follow it"
    ),
    UploadCase(
      testDescription: "a redirect on the same host",
      answers: [Blob.session, .redirect("https://r.example/up"), .status(404)],
      requests: ["POST …", "PUT …1?digest=D", "HEAD D"],
      error: "and uploads do not follow it: ask the registry's owner"
    ),
    UploadCase(
      testDescription: "a session that cannot be started at first",
      answers: [.status(503), Blob.reset, Blob.session, .status(201)],
      requests: ["POST …", "POST …", "POST …", "PUT …1?digest=D"]
    ),
    UploadCase(
      testDescription: "a repository that does not exist",
      answers: [.status(404, body: Blob.error("NAME_UNKNOWN"))],
      requests: ["POST …"],
      error: "cannot begin an upload to r.example/a: pushing the blob sha256:84d89877f0d4041efb6bf91a16f0248f2fd573"
    ),
    UploadCase(
      testDescription: "another web server",
      answers: [.status(404, body: "<p>")],
      requests: ["POST …"],
      error: "pushing the blob sha256:84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882 (10 bytes)"
    ),
    UploadCase(
      testDescription: "a connection that ends instead",
      answers: Array(repeating: Blob.reset, count: 5),
      requests: Array(repeating: "POST …", count: 5),
      error: "cannot begin an upload to r.example/a: the connection to r.example broke: reset"
    ),
  ]

  @Test(arguments: whole)
  func sendsWhatTheRegistryNeeds(_ expected: UploadCase) async throws { try await expected.check() }

  /// The first answer says how long.
  @Test(arguments: ["POST", "PUT"])
  func tooManyRequestsAreWaitedFor(method: String) async throws {
    let clock = StoppedClock()
    let count = Mutex(0)
    let scripted = ScriptedTransport { request in
      if request.method.rawValue == method, count.increment() == 1 { return .status(429, retryAfter: .seconds(7)) }
      return request.method == .post ? Blob.session : .status(201)
    }
    let client = try await Blob.client(scripted, clock: clock)
    #expect(try await client.put(Blob.descriptor(), mountingFrom: nil, content: Blob.content) == .uploaded)
    #expect(clock.waits == [.seconds(7)])
    #expect(scripted.requests.count == 3)
  }

  /// GitHub's limit for writing says nothing about the credential.
  @Test func aRateLimitThatLooksLikeARefusalIsWaitedFor() async throws {
    let body =
      #"{"errors":[{"code":"DENIED","message":"permission_denied: You have exceeded a secondary rate limit"}]}"#
    let clock = StoppedClock()
    let puts = Mutex(0)
    let scripted = ScriptedTransport { request in
      guard request.method == .put else { return request.method == .post ? Blob.session : .status(404) }
      return puts.increment() == 3 ? .status(201) : .status(403, body: body)
    }
    let client = try await Blob.client(scripted, clock: clock)
    #expect(try await client.put(Blob.descriptor(), mountingFrom: nil, content: Blob.content) == .uploaded)
    #expect(clock.waits == [.seconds(60), .seconds(60)])
    let error = await #expect(throws: RegistryError.self) {
      try await client.put(Blob.descriptor(), mountingFrom: nil, content: Blob.content)
    }
    #expect(error?.description.contains("returned 403 (registry message: “DENIED: permission_denied") == true)
  }

  // MARK: - Authorization

  @Test func aTokenThatEndsDuringTheUploadIsRenewed() async throws {
    let server = TokenServer(#"Bearer realm="https://t.example/token""#)
    let puts = Mutex(0)
    let scripted = ScriptedTransport { request in
      if request.method == .put, puts.increment() == 1 { server.forget() }
      let answer = await server.answer(request)
      guard case .status(200, _, _, _) = answer, !request.url.hasPrefix("https://t.example") else { return answer }
      return request.method == .post ? Blob.session : .status(201)
    }
    let opened = Mutex(0)
    let client = try await Blob.client(scripted, .basic(username: "me", password: Secret("secret")))
    let result = try await client.put(Blob.descriptor(), mountingFrom: nil) {
      opened.increment()
      return try await Blob.content()
    }
    #expect(result == .uploaded)
    #expect(opened.withLock { $0 } == 2)
    #expect(server.tokenRequests == 2)
    #expect(scripted.requests.last?.body.bytes == Array(Blob.text.utf8))
  }

  @Test func onlyTheRegistryItselfGetsThePassword() async throws {
    let scripted = ScriptedTransport { request in
      if request.url.hasPrefix("https://s.example") { return .status(201) }
      guard request.fields["Authorization"] != nil else { return .status(401, ["WWW-Authenticate": "Basic"]) }
      return .status(202, ["Location": "https://s.example/up?sig=x", "Set-Cookie": "sid=1"])
    }
    let client = try await Blob.client(scripted, .basic(username: "me", password: Secret("secret")))
    #expect(try await client.put(Blob.descriptor(), mountingFrom: nil, content: Blob.content) == .uploaded)
    let last = try #require(scripted.requests.last)
    #expect(last.url == "https://s.example/up?sig=x&digest=\(try Blob.descriptor().digest)")
    #expect(last.fields["Authorization"] == nil && last.fields["Cookie"] == nil)
    #expect(scripted.requests.map(\.tls.mayHaveClient) == [true, true, false])
  }

  // MARK: - The content

  private struct SomeError: Error, Equatable {}

  /// The upload must not be tried again as if the target had failed.
  @Test func anErrorOfTheContentEndsTheUpload() async throws {
    for isOpened in [false, true] {
      let scripted = ScriptedTransport([Blob.session])
      await #expect(throws: SomeError()) {
        try await Blob.client(scripted).put(Blob.descriptor(), mountingFrom: nil) {
          if !isOpened { throw SomeError() }
          return AsyncThrowingStream<[UInt8], any Error> { throw SomeError() }
        }
      }
      #expect(try Blob.summary(scripted) == ["POST …", "PUT …1?digest=D"])
    }
  }

  @Test func anErrorOfTheDownloadIsNotOneOfTheUpload() async throws {
    let scripted = ScriptedTransport { request in
      request.url.hasPrefix("https://s.example") ? .status(200, body: "012345678X") : Blob.session
    }
    let registries = Registries(scripted: scripted, keychain: FixedKeychain(.anonymous))
    let target = await registries.repository(try Reference(parsing: "r.example/a").repository)
    let source = await registries.repository(try Reference(parsing: "s.example/a").repository)
    let error = await #expect(throws: RegistryError.self) {
      try await target.put(Blob.descriptor(), mountingFrom: nil) { try await source.blob(Blob.descriptor()) }
    }
    #expect(error?.description.contains("of s.example/a is") == true)
    #expect(try Blob.summary(scripted).count == 3)
  }

  @Test(arguments: [9, 11])
  func contentOfAnotherSizeIsNotPut(size: Int64) async throws {
    var blob = try Blob.descriptor()
    blob.size = size
    let scripted = ScriptedTransport([Blob.session])
    await #expect(throws: HTTPBodyError.self) {
      try await Blob.client(scripted).put(blob, mountingFrom: nil, content: Blob.content)
    }
    #expect(scripted.requests.count == 2)
  }

  @Test func anEmptyBlobIsPutWithALength() async throws {
    let blob = Descriptor(mediaType: .ociConfig, size: 0, digest: try Digest(of: []))
    let scripted = ScriptedTransport([Blob.session, .status(400, body: Blob.error("NO_PARTS")), .status(404)])
    let error = await #expect(throws: RegistryError.self) {
      try await Blob.client(scripted).put(blob, mountingFrom: nil) { AsyncThrowingStream<[UInt8], any Error> { nil } }
    }
    #expect(error?.description.contains("(0 bytes) to r.example/a returned 400") == true)
    #expect(scripted.requests[1].body.bytes == [])
  }
}
