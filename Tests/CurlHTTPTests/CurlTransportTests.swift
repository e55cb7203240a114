import HTTP
import TestSupport
import Testing

@testable import CurlHTTP

@Suite struct CurlTransportTests {
  @Test func fieldsOfAnInterimAnswerAreNotTheAnswers() async throws {
    let server = try LoopbackServer { connection, _ in
      try connection.write("HTTP/1.1 103 Early Hints\r\nLink: </early>\r\nRetry-After: 9\r\n\r\n")
      try connection.answer(200, "X: final\r\n", body: "body")
    }
    let response = try await makeTransport().send(HTTPRequest(.get, server.url))
    #expect(response.status == 200)
    #expect(response.fields.lines.map(\.name) == ["X", "Content-Length"])
    #expect(response.retryAfter == nil)
    #expect(response.body == Array("body".utf8))
  }

  /// RFC 9110 §10.2.3 and §5.6.7.
  static let retryAfter: [(field: String, expected: ClosedRange<Int>?)] = [
    ("", nil),
    ("Retry-After: 7\r\n", 7...7),
    ("Retry-After: 0\r\n", 0...0),
    ("Retry-After: 000\r\n", 0...0),
    ("Retry-After: -7\r\n", 0...0),
    ("Retry-After: soon\r\n", 0...0),
    ("Retry-After: 99999999999999999999999999\r\n", 86400...Int.max),
    ("Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n", 0...0),
    ("Retry-After: Wednesday, 21-Oct-15 07:28:00 GMT\r\n", 0...0),
    ("Retry-After: Wed Oct 21 07:28:00 2015\r\n", 0...0),
    // libcurl 8.12 and later never gives more than 6 hours.
    ("Retry-After: Fri, 31 Dec 2060 23:59:59 GMT\r\n", 21_600...Int(UInt32.max)),
    ("Retry-After: Friday, 31-Dec-60 23:59:59 GMT\r\n", 21_600...Int(UInt32.max)),
    ("Retry-After: Fri Dec 31 23:59:59 2060\r\n", 21_600...Int(UInt32.max)),
  ]

  @Test(arguments: retryAfter)
  func readsRetryAfter(field: String, expected: ClosedRange<Int>?) async throws {
    let server = try LoopbackServer { connection, _ in try connection.answer(503, field) }
    let response = try await makeTransport().send(HTTPRequest(.get, server.url))
    guard let expected else {
      #expect(response.retryAfter == nil)
      return
    }
    let seconds = try #require(response.retryAfter).components.seconds
    #expect(expected.contains(Int(seconds)))
  }

  /// libcurl calls it a lack of memory.
  @Test func aFieldThatIsTooLongIsNamed() async throws {
    let server = try LoopbackServer { connection, _ in try connection.answer(200, "") }
    let fields: HTTPFields = ["X": String(repeating: "x", count: 2 << 20)]
    let error = await #expect(throws: TransportError.self) {
      try await makeTransport().send(HTTPRequest(.get, server.url, fields: fields))
    }
    #expect(error?.description.contains("a URL or a header field is too long") == true)
  }

  @Test(arguments: ["Content-Length: 2000\r\n", "Connection: close\r\n"])
  func answerAboveTheLimitIsRefused(field: String) async throws {
    let server = try LoopbackServer { connection, _ in
      try connection.write("HTTP/1.1 200 OK\r\n\(field)\r\n\(String(repeating: "x", count: 2000))")
      throw SomeError()
    }
    var request = HTTPRequest(.get, server.url)
    request.bodyLimit = 1999
    let error = TransportError.tooLarge(host: "127.0.0.1:\(server.port)", limit: 1999)
    await #expect(throws: error) { try await makeTransport().send(request) }
    request.bodyLimit = 2000
    #expect(try await makeTransport().send(request).body.count == 2000)
  }

  /// It has no body: this is how large a layer is.
  @Test func aLengthAboveTheLimitIsTold() async throws {
    let server = try LoopbackServer { connection, _ in
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n")
    }
    let response = try await makeTransport().send(HTTPRequest(.head, server.url))
    #expect(response.fields["Content-Length"] == "5000000000")
  }

  static let cutHeads = [
    "HTTP/1.1 200", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nX: y\r\n",
    "HTTP/1.1 204 No Content\r\n", "HTTP/1.1 200 OK\r\nX: y\r\n\r", "HTTP/1.1 103 Early Hints\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n",
  ]

  @Test(arguments: cutHeads)
  func answerThatEndsInItsHeadIsCut(head: String) async throws {
    let server = try LoopbackServer { connection, _ in
      try connection.write(head)
      throw SomeError()
    }
    await #expect {
      try await makeTransport().send(HTTPRequest(.get, server.url))
    } throws: { ($0 as? TransportError)?.isTransient == true }
  }

  @Test func requestGoesToItsAddresses() async throws {
    let server = try LoopbackServer { connection, _ in try connection.answer(200) }
    var request = HTTPRequest(.get, "http://nowhere.invalid:\(server.port)/")
    request.addresses = ["127.0.0.1"]
    #expect(try await makeTransport().send(request).status == 200)
  }

  /// A proxy would look the name up itself.
  @Test func proxyIsAskedForTheAddress() async throws {
    let (asked, answer) = AsyncStream<String>.makeStream()
    let proxy = try LoopbackServer { connection, request in
      answer.yield(request.line)
      try connection.answer(502)
    }
    let settings = CurlSettings(userAgent: "test", timeout: .seconds(30)) { _ in Proxy(proxy.url, from: "HTTPS_PROXY") }
    var request = HTTPRequest(.get, "http://nowhere.invalid:5000/")
    request.addresses = ["10.1.2.3", "10.1.2.4"]
    _ = try? await CurlTransport(settings).send(request)
    answer.finish()
    #expect(await asked.reduce(into: []) { $0.append($1) }.first == "CONNECT 10.1.2.3:5000 HTTP/1.1")
  }

  @Test func errorAboveTheLimitIsRefusedBeforeTheSink() async throws {
    let server = try LoopbackServer { connection, _ in
      try connection.answer(500, body: String(repeating: "x", count: 2000))
    }
    var request = HTTPRequest(.get, server.url)
    request.bodyLimit = 1999
    request.sink = HTTPSink { _ in throw SomeError() }
    let error = TransportError.tooLarge(host: "127.0.0.1:\(server.port)", limit: 1999)
    await #expect(throws: error) { try await makeTransport().send(request) }
  }

  @Test func failedConnectionDoesNotFailOtherHosts() async throws {
    let (started, isReleased) = (Counter(), Counter())
    let server = try LoopbackServer { connection, _ in
      started.increment()
      while isReleased.value == 0 { usleepMilliseconds(5) }
      try connection.answer(200)
    }
    let transport = makeTransport()
    // The last waits for a connection: it is as unconnected as the request that fails.
    let others = (0...maxConnectionsPerHost).map { _ in
      Task { try await transport.send(HTTPRequest(.get, server.url)).status }
    }
    #expect(try await eventually { started.value == maxConnectionsPerHost })
    let refused = HTTPRequest(.get, "http://127.0.0.1:\(try unusedPort())")
    await #expect {
      try await transport.send(refused)
    } throws: { error in
      guard case TransportError.cannotConnect = error else { return false }
      return true
    }
    isReleased.increment()
    for other in others { #expect(try await other.value == 200) }
  }

  /// Not one after the other, each after a timeout of its own.
  @Test func requestsToAnUnreachableHostFailTogether() async throws {
    let server = try UnreachableServer()
    let transport = makeTransport(timeout: .seconds(1))
    let started = ContinuousClock.now
    let url = "http://127.0.0.1:\(server.port)"
    let tasks = (0..<6 * maxConnectionsPerHost).map { _ in Task { try await transport.send(HTTPRequest(.get, url)) } }
    for task in tasks {
      await #expect(throws: TransportError.self) { try await task.value }
    }
    // The other tests keep a machine with two cores busy for many seconds.
    #expect(ContinuousClock.now - started < .seconds(25))
  }

  @Test func cancelledRequestEndsAtOnce() async throws {
    let server = try LoopbackServer { connection, _ in try connection.waitUntilClosed() }
    let transport = makeTransport()
    let task = Task { try await transport.send(HTTPRequest(.get, server.url)) }
    #expect(try await eventually { server.connectionCount == 1 })
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let late = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await transport.send(HTTPRequest(.get, server.url))
    }
    await #expect(throws: CancellationError.self) { try await late.value }
  }

  @Test func controlCharactersAreNotSent() async throws {
    let server = try LoopbackServer { connection, _ in try connection.answer(200) }
    let request = HTTPRequest(.get, server.url, fields: ["X": "a\r\nY: b"])
    await #expect(throws: TransportError.self) { try await makeTransport().send(request) }
    #expect(server.connectionCount == 0)
  }
}
