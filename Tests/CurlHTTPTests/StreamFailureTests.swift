import HTTP
import Testing

@testable import CurlHTTP

@Suite struct StreamFailureTests {
  /// Receives a body and says whether it was complete.
  private static func server(_ completed: Counter) throws -> LoopbackServer {
    try LoopbackServer { connection, request in
      try connection.read(request.contentLength)
      completed.increment()
      try connection.answer(201)
    }
  }

  private static let pieces = Pieces(count: 8)
  private static let lengths: [(announced: Int, error: HTTPBodyError)] = [
    (pieces.length + 1, .tooShort(length: pieces.length, expected: pieces.length + 1)),
    (pieces.length - 1, .tooLong(expected: pieces.length - 1)),
    (pieces.length - Pieces.size, .tooLong(expected: pieces.length - Pieces.size)),
    (0, .tooLong(expected: 0)),
  ]

  @Test(arguments: lengths)
  func bodyOfAnotherLengthIsNeverComplete(announced: Int, error: HTTPBodyError) async throws {
    let completed = Counter()
    let server = try Self.server(completed)
    let request = HTTPRequest(.put, server.url, body: Self.pieces.stream(announcing: announced))
    await #expect(throws: error) { try await makeTransport().send(request) }
    #expect(completed.value == 0)
  }

  @Test func errorOfTheStreamEndsTheRequest() async throws {
    let completed = Counter()
    let server = try Self.server(completed)
    let request = HTTPRequest(.put, server.url, body: Self.pieces.stream { if $0 == 5 { throw SomeError() } })
    await #expect(throws: SomeError()) { try await makeTransport().send(request) }
    let unopened = HTTPRequest(.put, server.url, body: .stream(length: 1) { throw SomeError() })
    await #expect(throws: SomeError()) { try await makeTransport().send(unopened) }
    #expect(completed.value == 0)
  }

  @Test func errorOfTheSinkEndsTheRequest() async throws {
    let closed = Counter()
    let server = try LoopbackServer { connection, _ in
      defer { closed.increment() }
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(1 << 40)\r\n\r\n")
      while true { try connection.write(Self.pieces.piece(0)) }
    }
    var request = HTTPRequest(.get, server.url)
    request.sink = HTTPSink { _ in { _ in throw SomeError() } }
    await #expect(throws: SomeError()) { try await makeTransport().send(request) }
    request.sink = HTTPSink { _ in throw SomeError() }
    await #expect(throws: SomeError()) { try await makeTransport().send(request) }
    #expect(try await eventually { closed.value == 2 })
  }

  @Test func truncatedAnswerIsAnError() async throws {
    let server = try LoopbackServer { connection, _ in
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
      throw SomeError()
    }
    let received = Counter()
    var request = HTTPRequest(.get, server.url)
    request.sink = HTTPSink { _ in { received.increment(by: $0.count) } }
    await #expect {
      try await makeTransport().send(request)
    } throws: { error in
      guard case TransportError.cut = error else { return false }
      return true
    }
    #expect(received.value <= 5)
  }

  @Test func serverThatStopsReadingIsGivenUp() async throws {
    let server = try LoopbackServer { connection, _ in
      try connection.read(Pieces.size)
      try connection.waitUntilClosed()
    }
    let request = HTTPRequest(.put, server.url, body: Pieces(count: 4096).stream())
    try await expectTimeout(request)
  }

  @Test func serverThatStopsSendingIsGivenUp() async throws {
    let server = try LoopbackServer { connection, _ in
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
      try connection.waitUntilClosed()
    }
    var request = HTTPRequest(.get, server.url)
    request.sink = HTTPSink { _ in { _ in } }
    try await expectTimeout(request)
    request.sink = nil
    try await expectTimeout(request)
  }

  private func expectTimeout(_ request: HTTPRequest) async throws {
    let started = ContinuousClock.now
    await #expect {
      try await makeTransport(timeout: .seconds(1)).send(request)
    } throws: { error in
      guard case TransportError.timedOut(_, let reason, .exchange) = error else { return false }
      return reason == "no data was received or sent for 1 s"
    }
    #expect((Duration.seconds(1)..<Duration.seconds(30)).contains(ContinuousClock.now - started))
  }
}
