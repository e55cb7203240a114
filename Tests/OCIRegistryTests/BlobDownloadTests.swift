import DockerConfig
import HTTP
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

@Suite(.timeLimit(.minutes(1))) struct BlobDownloadTests {
  private static let other = "the blob of another"

  struct Case: CustomTestStringConvertible {
    let testDescription: String
    let answers: [ScriptedTransport.Answer]
    /// `Range` of each request after the first.
    var ranges: [String?] = []
    /// What the reader gets before the error; nil if the blob is complete.
    var error: (read: String, text: String)?
  }

  private static let unknown = #"{"errors":[{"code":"BLOB_UNKNOWN","message":"no such"}]}"#
  private static let all = ScriptedTransport.Answer.status(200, body: Blob.text)
  private static func cut(_ count: Int) -> ScriptedTransport.Answer {
    .broken(200, body: String(Blob.text.prefix(count)))
  }
  private static func rest(_ start: Int, _ end: Int = 9) -> ScriptedTransport.Answer {
    let body = String(Array(Blob.text)[start...end])
    return .status(206, ["Content-Range": "bytes \(start)-\(end)/10"], body: body)
  }

  static let cases: [Case] = [
    Case(testDescription: "in one piece", answers: [all]),
    Case(testDescription: "continued by a closed range", answers: [cut(4), rest(4)], ranges: ["bytes=4-9"]),
    Case(
      testDescription: "continued twice",
      answers: [
        cut(2), .broken(206, ["Content-Range": "Bytes 2-9/10"], body: "2345"), .failure(reset), .status(503), rest(6),
      ],
      ranges: ["bytes=2-9", "bytes=6-9", "bytes=6-9", "bytes=6-9"]
    ),
    Case(
      testDescription: "a server may send a part of the range",
      answers: [cut(2), rest(2, 5), rest(6)],
      ranges: ["bytes=2-9", "bytes=6-9"]
    ),
    Case(testDescription: "a broken connection at the very end", answers: [cut(10)]),
    Case(testDescription: "a server that knows no ranges", answers: [cut(4), all], ranges: ["bytes=4-9"]),
    Case(
      testDescription: "a server that knows no ranges is not asked for one again",
      answers: [cut(4), cut(6), all],
      ranges: ["bytes=4-9", nil]
    ),
    Case(testDescription: "a range from the beginning", answers: [cut(4), rest(0)], ranges: ["bytes=4-9"]),
    Case(testDescription: "a refused range", answers: [cut(4), .status(416), all], ranges: ["bytes=4-9", nil]),
    Case(
      testDescription: "a range taken for an error",
      answers: [cut(4), .status(400), all],
      ranges: ["bytes=4-9", nil]
    ),
    Case(testDescription: "another range", answers: [cut(4), rest(6), all], ranges: ["bytes=4-9", nil]),
    Case(
      testDescription: "a range that is not named",
      answers: [cut(4), .status(206, body: "456789"), all],
      ranges: ["bytes=4-9", nil]
    ),
    Case(
      testDescription: "a timeout in the middle",
      answers: [cut(4), .failure(.timedOut(host: "r.example", reason: "30 s"))],
      ranges: ["bytes=4-9"],
      error: ("0123", "r.example took too long: 30 s")
    ),
    Case(
      testDescription: "five attempts are enough",
      answers: [cut(4)] + Array(repeating: .failure(reset), count: 4),
      ranges: Array(repeating: "bytes=4-9", count: 4),
      error: ("0123", "the connection to r.example broke: reset")
    ),
    Case(
      testDescription: "single bytes are no progress",
      answers: [cut(1)] + (1...4).map { .broken(206, ["Content-Range": "bytes \($0)-9/10"], body: "\($0)") },
      ranges: (1...4).map { "bytes=\($0)-9" },
      error: ("01234", "the connection to r.example broke: reset")
    ),
    Case(
      testDescription: "other bytes",
      answers: [.status(200, body: "012345678X")],
      error: ("01234567", "was expected")
    ),
    Case(
      testDescription: "other bytes after the connection broke",
      answers: [cut(4), .status(206, ["Content-Range": "bytes 4-9/10"], body: "45678X")],
      ranges: ["bytes=4-9"],
      error: ("01234567", "was expected")
    ),
    Case(
      testDescription: "too few bytes",
      answers: [.status(200, ["Transfer-Encoding": "chunked"], body: "0123")],
      error: ("0123", "has 4 bytes")
    ),
    Case(
      testDescription: "an end that the length does not tell",
      answers: [.status(200, body: "0123"), rest(4)],
      ranges: ["bytes=4-9"]
    ),
    Case(
      testDescription: "too few bytes at each attempt",
      answers: [.status(200, body: "0123"), .status(416), .status(200, body: "0123")],
      ranges: ["bytes=4-9", nil],
      error: ("0123", "has 4 bytes")
    ),
    Case(testDescription: "an end before the first byte", answers: [.status(200), all], ranges: [nil]),
    Case(
      testDescription: "another end at each attempt",
      answers: [3, 1, 2, 1, 2].map { .status(200, body: String(Blob.text.prefix($0))) },
      ranges: ["bytes=3-9", nil, nil, nil],
      error: ("012", "r.example broke: the response ended after 2 of 10 bytes, while pulling the blob")
    ),
    Case(
      testDescription: "too many bytes",
      answers: [.status(200, body: "\(Blob.text)X")],
      error: ("01234567", "has 11 bytes")
    ),
    Case(
      testDescription: "a size that is known to be wrong",
      answers: [.status(200, ["Content-Length": "19"], body: other)],
      error: ("", "has 19 bytes, but the size in its descriptor is 10")
    ),
    Case(
      testDescription: "the size of compressed bytes says nothing",
      answers: [.status(200, ["Content-Length": "9", "Content-Encoding": "gzip"], body: Blob.text)]
    ),
    Case(
      testDescription: "no such blob",
      answers: [.status(404, body: unknown), .status(200)],
      error: ("", "r.example/a does not have the blob")
    ),
    Case(
      testDescription: "not a registry's error",
      answers: [.status(404), .status(200)],
      error: ("", "returned 404 (not found)")
    ),
    Case(
      testDescription: "refused",
      answers: [.status(403, body: #"{"errors":[{"code":"DENIED"}]}"#), .status(200)],
      error: ("", "r.example does not allow pulling the blob")
    ),
  ]

  private static let reset = TransportError.cut(host: "r.example", reason: "reset")

  @Test(arguments: cases)
  func isCompleteAndVerifiedOrFails(_ expected: Case) async throws {
    let scripted = ScriptedTransport(expected.answers)
    var read = ""
    do {
      for try await piece in try await pieces(scripted) { read += String(decoding: piece, as: UTF8.self) }
      #expect(expected.error == nil)
      #expect(read == Blob.text)
    } catch {
      #expect("\(error)".contains(expected.error?.text ?? "no error"))
      #expect(expected.error.map { $0.read.hasPrefix(read) } == true)
    }
    let blobs = scripted.requests.filter { $0.url.contains("/blobs/") }
    #expect(blobs.map { $0.fields["Range"] } == [nil] + expected.ranges)
    #expect(blobs.allSatisfy { $0.method == .get && $0.fields["Accept-Encoding"] == "identity" })
  }

  /// A large blob may take more attempts than a small one, as long as each of them brings it forward.
  @Test func attemptsAreCountedAnewAfterEachMiB() async throws {
    let (piece, count) = (1 << 20, 6)
    let text = String(repeating: "x", count: piece)
    let bytes = Array(String(repeating: text, count: count).utf8)
    let blob = Descriptor(mediaType: .ociConfig, size: Int64(bytes.count), digest: try Digest(of: bytes))
    let scripted = ScriptedTransport(
      (0..<count).map { index in
        let fields: HTTPFields = ["Content-Range": "bytes \(index * piece)-\(bytes.count - 1)/\(bytes.count)"]
        return .broken(index == 0 ? 200 : 206, index == 0 ? [:] : fields, body: text)
      }
    )
    #expect(try await Blob.read(Blob.client(scripted).blob(blob)).utf8.count == bytes.count)
    #expect(scripted.requests.count == count)
  }

  /// The password is the registry's; the range is also for the storage.
  @Test func isContinuedWhereTheRegistryLeadsNow() async throws {
    let scripted = ScriptedTransport { request in
      switch (request.url.hasPrefix("https://s.example"), request.fields["Authorization"], request.fields["Range"]) {
      case (true, _, nil): .broken(200, body: "0123")
      case (true, _, "bytes=4-9"): Self.rest(4)
      case (false, nil, _): .status(401, ["WWW-Authenticate": "Basic"])
      case (false, _, let range): .redirect("https://s.example/\(range ?? "all")")
      default: nil
      }
    }
    let credential = Credential.basic(username: "me", password: Secret("secret"))
    #expect(try await Blob.read(pieces(scripted, credential)) == Blob.text)
    let storage = scripted.requests.filter { $0.url.hasPrefix("https://s.example") }
    #expect(storage.map(\.url) == ["https://s.example/all", "https://s.example/bytes=4-9"])
    #expect(storage.allSatisfy { $0.fields["Authorization"] == nil })
  }

  @Test func tooManyRequestsAreWaitedFor() async throws {
    let clock = StoppedClock()
    let scripted = ScriptedTransport([.status(429, retryAfter: .seconds(7)), Self.all])
    #expect(try await Blob.read(pieces(scripted, clock: clock)) == Blob.text)
    #expect(clock.waits == [.seconds(7)])
  }

  @Test func anEmptyBlobNeedsNoRequest() async throws {
    let blob = Descriptor(mediaType: .ociConfig, size: 0, digest: try Digest(of: []))
    let scripted = ScriptedTransport([])
    #expect(try await Blob.read(Blob.client(scripted).blob(blob)) == "")
  }

  @Test func canBeReadAgain() async throws {
    let pieces = try await pieces(ScriptedTransport([Self.all, Self.all]))
    for _ in 0..<2 { #expect(try await Blob.read(pieces) == Blob.text) }
  }

  @Test func endsWhenNobodyReadsAnyMore() async throws {
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    let scripted = ScriptedTransport { _ in Self.all }
    let client = try await Blob.client(EndReporting(base: scripted) { end.finish() })
    for try await _ in try await client.blob(Blob.descriptor()) { break }
    for await _ in ended {}
    #expect(scripted.requests.count == 1)
  }

  // MARK: - Looking

  static let looks: [(answers: [ScriptedTransport.Answer], isThere: Bool)] = [
    ([.status(200)], true), ([.status(200, ["Content-Length": "5"])], true), ([.status(202)], false),
    ([.status(404)], false), ([.status(403), .status(404)], false), ([.status(405)], false),
    ([.redirect("https://s.example/x"), .status(403)], false),
    ([.redirect("https://s.example/x"), .status(200)], true),
    ([.failure(.timedOut(host: "r.example", reason: "30 s"))], false),
    ([.status(503), .status(200)], true),
  ]

  @Test(arguments: looks)
  func onlySuccessMeansThatABlobIsThere(answers: [ScriptedTransport.Answer], isThere: Bool) async throws {
    let scripted = ScriptedTransport(answers)
    #expect(try await Blob.client(scripted).has(blob: Blob.descriptor()) == isThere)
    #expect(scripted.requests.first?.method == .head)
    #expect(scripted.requests.first?.url == "https://r.example/v2/a/blobs/\(try Blob.descriptor().digest)")
  }

  static let sizes: [(fields: HTTPFields, isRight: Bool)] = [
    ([:], true), (["Content-Length": "10"], true), (["Content-Length": "11"], false), (["Content-Length": "0"], true),
    (["Content-Length": "ten"], true), (["Content-Length": "9", "Content-Encoding": "gzip"], true),
  ]

  /// Some servers say zero in response to a HEAD, because no body follows, and some compress in spite of the request.
  @Test(arguments: sizes)
  func theSizeOfABlobIsCompared(fields: HTTPFields, isRight: Bool) async throws {
    let client = try await Blob.client(ScriptedTransport([.status(200, fields)]))
    do {
      try await client.look(for: Blob.descriptor())
      #expect(isRight)
    } catch { #expect(!isRight && "\(error)".contains("has 11 bytes, but the size in its descriptor is 10;")) }
  }

  @Test func aManifestIsThereUnderItsOwnDigest() async throws {
    let digest = try Blob.descriptor().digest
    let answers: [ScriptedTransport.Answer] = [
      .status(200, ["Content-Type": "application/vnd.oci.image.index.v1+json"]),
      .status(200, ["Docker-Content-Digest": digest.description]), .status(200, ["Content-Type": "text/html"]),
      .status(200, ["Docker-Content-Digest": "sha256:0"]), .status(404), .status(405),
    ]
    let scripted = ScriptedTransport(answers)
    let client = try await Blob.client(scripted)
    var found: [Bool] = []
    for _ in answers { found.append(await client.has(manifest: digest)) }
    #expect(found == [true, true, false, false, false, false])
    #expect(scripted.requests.allSatisfy { $0.url == "https://r.example/v2/a/manifests/\(digest)" })
    #expect(scripted.requests.allSatisfy { $0.method == .head && $0.fields["Accept"]?.contains("index") == true })
  }

  // MARK: -

  private func pieces(
    _ base: ScriptedTransport,
    _ credential: Credential = .anonymous,
    clock: StoppedClock = StoppedClock()
  ) async throws -> any AsyncSequence<[UInt8], any Error> {
    try await Blob.client(base, credential, clock: clock).blob(Blob.descriptor())
  }
}

/// Says when a request has ended.
private struct EndReporting: HTTPTransport {
  let base: any HTTPTransport
  let onEnd: @Sendable () -> Void

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    defer { onEnd() }
    return try await base.send(request)
  }
}
