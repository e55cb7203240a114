import Glibc
import HTTP
import Testing

@testable import CurlHTTP

@Suite struct StreamedTransferTests {
  @Test func slowSinkStopsTheServerAndIsNoStall() async throws {
    let pieces = Pieces(count: 1024)
    let sent = Counter()
    let server = try LoopbackServer { connection, _ in
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(pieces.length)\r\n\r\n")
      for index in 0..<pieces.count {
        try connection.write(pieces.piece(index))
        sent.increment()
      }
    }
    let (hash, sentWhileBusy) = (try SharedHash(), Counter())
    var request = HTTPRequest(.get, server.url)
    request.sink = HTTPSink { _ in
      { bytes in
        if hash.count == 0 {
          // Three times the timeout.
          try await Task.sleep(for: .milliseconds(1500))
          sentWhileBusy.increment(by: sent.value)
        }
        bytes.withUnsafeBytes { hash.update($0) }
      }
    }
    _ = try await makeTransport(timeout: .milliseconds(500)).send(request)
    #expect(try hash.finish() == pieces.hash())
    // Besides what was accepted before, the buffers of both sockets hold some MiB.
    #expect(sentWhileBusy.value * Pieces.size < 16 << 20)
  }

  @Test func slowStreamIsNoStall() async throws {
    let pieces = Pieces(count: 4)
    let hash = try SharedHash()
    let server = try LoopbackServer { connection, request in
      try connection.read(request.contentLength, hash.update)
      try connection.answer(201)
    }
    let body = pieces.stream { index in if index == 2 { try await Task.sleep(for: .milliseconds(1500)) } }
    let request = HTTPRequest(.put, server.url, body: body)
    #expect(try await makeTransport(timeout: .milliseconds(500)).send(request).status == 201)
    #expect(try hash.finish() == pieces.hash())
  }

  /// A registry copies a layer to where it belongs before it answers.
  @Test(arguments: [2000, 500]) func serverMayBeBusyWithWhatItHasReceived(milliseconds: Int) async throws {
    let pieces = Pieces(count: 4)
    let server = try LoopbackServer { connection, request in
      try connection.read(request.contentLength)
      usleep(milliseconds == 2000 ? 1_300_000 : 6_000_000)
      try connection.answer(201)
    }
    var request = HTTPRequest(.put, server.url, body: pieces.stream())
    request.processingTime = .milliseconds(milliseconds)
    let status = try? await makeTransport(timeout: .milliseconds(500)).send(request).status
    #expect(status == (milliseconds == 2000 ? 201 : nil))
  }

  @Test func streamIsReadOnlyAsFastAsTheServerReceives() async throws {
    let (pieces, read) = (Pieces(count: 1024), Counter())
    let server = try LoopbackServer { connection, request in
      try connection.read(Pieces.size)
      try connection.waitUntilClosed()
    }
    let transport = makeTransport()
    let task = Task {
      try await transport.send(HTTPRequest(.put, server.url, body: pieces.stream { _ in read.increment() }))
    }
    #expect(try await eventually { read.value > 2 })
    try await Task.sleep(for: .milliseconds(500))
    #expect(read.value * Pieces.size < 16 << 20)
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func streamIsOpenedForEachAttempt() async throws {
    let (pieces, hash, attempts) = (Pieces(count: 8), try SharedHash(), Counter())
    let server = try LoopbackServer { connection, request in
      if attempts.increment() == 1 {
        try connection.read(request.contentLength)
        return try connection.answer(503)
      }
      try connection.read(request.contentLength, hash.update)
      try connection.answer(201)
    }
    let request = HTTPRequest(.put, server.url, body: pieces.stream())
    let transport = makeTransport()
    #expect(try await transport.send(request).status == 503)
    #expect(try await transport.send(request).status == 201)
    #expect(try hash.finish() == pieces.hash())
  }

  static let uploads: [HTTPRequest] = {
    let bytes = [UInt8](repeating: 0, count: 1 << 20)
    var requests = [HTTPRequest(.put, "", body: Pieces(count: 64).stream())]
    requests += [.put, .patch].map { HTTPRequest($0, "", body: bytes) }
    for index in requests.indices { requests[index].isRepeatable = false }
    return requests
  }()

  /// libcurl would send it once more by itself, into an upload that has a part of it already.
  @Test(arguments: uploads.indices)
  func noUploadIsSentTwiceWhenAKeptConnectionBreaks(index: Int) async throws {
    let attempts = Counter()
    let server = try LoopbackServer { connection, request in
      if attempts.increment() == 1 { return try connection.answer(200) }
      try connection.read(request.contentLength)
      throw SomeError()
    }
    let transport = makeTransport()
    _ = try await transport.send(HTTPRequest(.get, server.url))
    var request = Self.uploads[index]
    request.url = server.url
    let error = await #expect(throws: TransportError.self) { try await transport.send(request) }
    guard case .cut? = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(attempts.value == 2)
  }

  /// What is not an upload may be sent again.
  @Test func libcurlSendsOthersAgain() async throws {
    let attempts = Counter()
    let server = try LoopbackServer { connection, request in
      if attempts.increment() == 2 { throw SomeError() }
      try connection.read(request.contentLength)
      try connection.answer(200)
    }
    let transport = makeTransport()
    for method in [HTTPRequest.Method.get, .put] {
      #expect(try await transport.send(HTTPRequest(method, server.url, body: [1])).status == 200)
    }
    #expect(attempts.value == 3)
  }

  static let earlyAnswers: [(fields: String, body: String, delay: UInt32)] = [
    ("", "who?", 0), ("", "who?", 300), ("", "", 300),
    ("Connection: close\r\n", "who?", 0), ("Connection: close\r\n", "who?", 300), ("Connection: close\r\n", "", 300),
  ]

  /// Also while the transfer waits for its stream, as it does after the delay (in milliseconds).
  @Test(arguments: earlyAnswers)
  func serverMayAnswerBeforeTheBodyIsComplete(fields: String, body: String, delay: UInt32) async throws {
    let server = try LoopbackServer { connection, request in
      usleepMilliseconds(delay)
      try connection.answer(401, fields, body: body)
      try connection.read(request.contentLength)
    }
    let stream = Pieces(count: 1024).stream { index in if index > 4 { try await Task.sleep(for: .seconds(60)) } }
    let started = ContinuousClock.now
    let response = try await makeTransport().send(HTTPRequest(.put, server.url, body: stream))
    #expect(response.status == 401)
    #expect(response.body == Array(body.utf8))
    #expect(ContinuousClock.now - started < .seconds(30))
  }

  @Test func emptyBodiesAreStreamed() async throws {
    let opened = Counter()
    let server = try LoopbackServer { connection, request in
      try connection.answer(200, body: request.contentLength == 0 ? "" : "not empty")
    }
    var request = HTTPRequest(.put, server.url, body: Pieces(count: 0).stream())
    request.sink = HTTPSink { head in
      #expect(head.status == 200 && head.fields["Content-Length"] == "0")
      opened.increment()
      return { _ in throw SomeError() }
    }
    #expect(try await makeTransport().send(request).status == 200)
    #expect(opened.value == 1)
  }

  @Test(arguments: [307, 404, 500])
  func sinkDoesNotGetTheBodyOfAnUnsuccessfulAnswer(status: Int) async throws {
    let server = try LoopbackServer { connection, _ in try connection.answer(status, body: "explanation") }
    var request = HTTPRequest(.get, server.url)
    request.sink = HTTPSink { _ in throw SomeError() }
    let response = try await makeTransport().send(request)
    #expect(response.body == Array("explanation".utf8))
  }
}
