import DockerConfig
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

/// Blobs that a registry does not accept in one request.
@Suite(.timeLimit(.minutes(1))) struct ChunkedUploadTests {
  typealias Answer = ScriptedTransport.Answer

  struct Case: CustomTestStringConvertible {
    let testDescription: String
    var size = 10 * mebibyte + 3
    let answers: [Answer]
    /// Each a method and what follows `uploads/` in the URL, `Content-Range`, and the length in bytes.
    let requests: [String]
    var error: String?
  }

  private static let mebibyte = 1 << 20
  private static let size = 10 * mebibyte + 3
  private static let next = Answer.status(202, ["Location": "2?_state=x"])
  private static let tooLarge: [Answer] = [Blob.session, .status(413), .status(404)]
  private static let refused = ["POST", "PUT 1?digest=D 10485763", "HEAD"]
  private static func minimum(_ text: String) -> Answer {
    .status(202, ["Location": "/v2/a/blobs/uploads/1", "OCI-Chunk-Min-Length": text])
  }

  private static func afterReset(_ status: Int) -> Case {
    Case(
      testDescription: "a connection that ends, and a registry without chunks (\(status))",
      answers: [
        Blob.session, Blob.reset, .status(404), Blob.session, .status(status), .status(404), Blob.session, .status(201),
      ],
      requests: refused + [
        "POST", "PATCH 1 0-4194303 4194304", "HEAD", "POST", "PUT 1?digest=D 10485763",
      ]
    )
  }

  static let cases: [Case] = [
    Case(
      testDescription: "too large for one request",
      answers: tooLarge + [Blob.session, next, .status(201), .status(201)],
      requests: refused + [
        "POST", "PATCH 1 0-4194303 4194304", "PATCH 2?_state=x 4194304-8388607 4194304",
        "PUT 2?_state=x&digest=D 8388608-10485762 2097155",
      ]
    ),
    Case(
      testDescription: "too large, and a registry without chunks",
      answers: tooLarge + [Blob.session, .status(405), .status(404)],
      requests: refused + ["POST", "PATCH 1 0-4194303 4194304", "HEAD"],
      error: "returned 413 (too large)"
    ),
    Case(
      testDescription: "the length of the registry",
      answers: tooLarge + [minimum("5242880"), next, next, .status(201)],
      requests: refused + [
        "POST", "PATCH 1 0-5242879 5242880", "PATCH 2?_state=x 5242880-10485759 5242880",
        "PUT 2?_state=x&digest=D 10485760-10485762 3",
      ]
    ),
    Case(
      testDescription: "an endless length",
      answers: tooLarge + [minimum("9223372036854775807"), next, .status(201)],
      requests: refused + ["POST", "PATCH 1 0-8388607 8388608", "PUT 2?_state=x&digest=D 8388608-10485762 2097155"]
    ),
    Case(
      testDescription: "a length that is none",
      answers: tooLarge + [minimum("-5 MiB"), next, next, .status(201)],
      requests: refused + [
        "POST", "PATCH 1 0-4194303 4194304", "PATCH 2?_state=x 4194304-8388607 4194304",
        "PUT 2?_state=x&digest=D 8388608-10485762 2097155",
      ]
    ),
    Case(
      testDescription: "the second attempt ends with an empty request",
      answers: tooLarge + [
        Blob.session, next, .status(500), .status(404), Blob.session, next, next, next, .status(201),
      ],
      requests: refused + [
        "POST", "PATCH 1 0-4194303 4194304", "PATCH 2?_state=x 4194304-8388607 4194304", "HEAD",
        "POST", "PATCH 1 0-4194303 4194304", "PATCH 2?_state=x 4194304-8388607 4194304",
        "PATCH 2?_state=x 8388608-10485762 2097155", "PUT 2?_state=x&digest=D 0",
      ]
    ),
    afterReset(405), afterReset(501),
    Case(
      testDescription: "a chunk that is refused",
      answers: tooLarge + Array(repeating: [Blob.session, .status(416), .status(404)], count: 4).flatMap { $0 },
      requests: refused + Array(repeating: ["POST", "PATCH 1 0-4194303 4194304", "HEAD"], count: 4).flatMap { $0 },
      error:
        "pushing the blob sha256:84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882 (10485763 bytes) to r.example/a returned 416"
    ),
    Case(
      testDescription: "a small blob is not sent in chunks",
      size: 5,
      answers: tooLarge,
      requests: ["POST", "PUT 1?digest=D 5", "HEAD"],
      error: "returned 413 (too large)"
    ),
    Case(
      testDescription: "chunks that were not stored, and a blob that is there",
      answers: tooLarge + [Blob.session, next, next, .status(400), .status(200)],
      requests: refused + [
        "POST", "PATCH 1 0-4194303 4194304", "PATCH 2?_state=x 4194304-8388607 4194304",
        "PUT 2?_state=x&digest=D 8388608-10485762 2097155", "HEAD",
      ]
    ),
  ]

  @Test(arguments: cases)
  func sendsChunksThatTheRegistryAccepts(_ expected: Case) async throws {
    let scripted = ScriptedTransport(expected.answers)
    do {
      try await put(Content(size: expected.size), through: scripted)
      #expect(expected.error == nil)
    } catch {
      #expect("\(error)".contains(expected.error ?? "no error"))
    }
    #expect(scripted.requests.map(Self.summary) == expected.requests)
  }

  @Test func theChunksAreTheBlob() async throws {
    let scripted = ScriptedTransport(Self.tooLarge + [Blob.session, Self.next, Self.next, .status(201)])
    try await put(Content(size: Self.size), through: scripted)
    let sent = scripted.requests.suffix(3).reduce(into: [UInt8]()) { $0 += $1.body.bytes ?? [] }
    // A difference of that size is not worth printing.
    let isEqual = sent == Content(size: Self.size).bytes
    #expect(isEqual)
    #expect(scripted.requests.suffix(3).allSatisfy { $0.fields["Content-Type"] == "application/octet-stream" })
  }

  @Test func tooManyChunksAreWaitedFor() async throws {
    let clock = StoppedClock()
    let limited = Answer.status(429, retryAfter: .seconds(7))
    let scripted = ScriptedTransport(Self.tooLarge + [Blob.session, limited, Self.next, Self.next, .status(201)])
    try await put(Content(size: Self.size), through: scripted, clock: clock)
    #expect(clock.waits == [.seconds(7)])
  }

  @Test func contentOfAnotherSizeIsNotCompleted() async throws {
    for size in [Self.size - 1, Self.size + 1, Self.size + Self.mebibyte] {
      let scripted = ScriptedTransport(Self.tooLarge + [Blob.session, Self.next, Self.next])
      // The request that is too large gets what was announced, so that there are chunks.
      let opened = Mutex(0)
      var blob = try Blob.descriptor()
      blob.size = Int64(Self.size)
      let client = try await Blob.client(scripted)
      let upload = BlobUpload(client: client, blob: blob) {
        Content(size: opened.increment() == 1 ? Self.size : size).pieces
      }
      await #expect(throws: HTTPBodyError.self) { try await upload.put(mountingFrom: nil) }
      #expect(scripted.requests.last?.method == .patch)
    }
  }

  // MARK: -

  private func put(
    _ content: Content,
    through scripted: ScriptedTransport,
    clock: StoppedClock = StoppedClock()
  ) async throws {
    var blob = try Blob.descriptor()
    blob.size = Int64(content.size)
    let client = try await Blob.client(scripted, clock: clock)
    let result = try await client.put(blob, mountingFrom: nil) { content.pieces }
    #expect(result == .uploaded)
  }

  private static func summary(_ request: HTTPRequest) -> String {
    let url = request.url.split(separator: "uploads/").dropFirst().joined()
    let parts = [
      request.method.rawValue, request.method == .head ? "" : replacingDigest(url),
      request.fields["Content-Range"] ?? "",
      [.put, .patch].contains(request.method) ? "\(request.body.bytes?.count ?? -1)" : "",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func replacingDigest(_ url: String) -> String {
    url.firstRange(of: "digest=").map { url[..<$0.upperBound] + "D" } ?? url
  }
}

/// Bytes in pieces that chunks do not end with, each of which begins with its number.
private struct Content {
  let size: Int

  private static let pattern = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }

  var pieces: any AsyncSequence<[UInt8], any Error> {
    AsyncThrowingStream<[UInt8], any Error> { continuation in
      for piece in all { continuation.yield(piece) }
      continuation.finish()
    }
  }

  var bytes: [UInt8] { all.reduce(into: []) { $0 += $1 } }

  private var all: [[UInt8]] {
    stride(from: 0, to: size, by: Self.pattern.count).enumerated().map { number, start in
      var piece = Array(Self.pattern.prefix(size - start))
      piece[0] = UInt8(number)
      return piece
    }
  }
}
