import HTTP
import Synchronization
import TestSupport
import Testing

@testable import OCIRegistry

@Suite struct ThrottlingTransportTests {
  @Test func sendsAllAtOnceUntilTheFirst429() async throws {
    let server = CountingServer(statuses: [])
    server.forget(expecting: 16)
    try await send(16, through: ThrottlingTransport(base: server))
    #expect(server.most == 16)
  }

  /// All of the first sixteen are answered with 429: this halves it once, not sixteen times. Without HTTP/2 only eight of them can have
  /// been on their way, over as many connections.
  @Test(arguments: [("HTTP/2", 8), ("HTTP/1.1", 4)])
  func tooManyRequestsHalveTheNumberInFlight(version: String, most: Int) async throws {
    let server = CountingServer(statuses: Array(repeating: 429, count: 16), version: version)
    let transport = ThrottlingTransport(base: server)
    try await send(16, through: transport)
    server.forget(expecting: most)
    try await send(16, through: transport)
    #expect(server.most == most)
  }

  @Test func oneAtATimeIsTheLeast() async throws {
    let server = CountingServer(statuses: Array(repeating: 429, count: 3))
    let transport = ThrottlingTransport(base: server)
    for _ in 0..<3 { try await send(1, through: transport) }
    server.forget()
    try await send(5, through: transport)
    #expect(server.most == 1)
  }

  /// An upload may wait for a download that comes from the same host.
  @Test(.timeLimit(.minutes(1))) func streamedRequestsDoNotCount() async throws {
    let transport = ThrottlingTransport(base: ScriptedTransport([.status(429), .status(200), .status(201)]))
    _ = try await transport.send(HTTPRequest(.get, "https://r.example/first"))
    var download = HTTPRequest(.get, "https://r.example/download")
    download.sink = HTTPSink { _ in { _ in } }
    // The download answers first.
    let body = HTTPBody.stream(length: 0) { [download] in
      let status = try await transport.send(download).status
      #expect(status == 200)
      return AsyncThrowingStream<[UInt8], any Error> { nil }
    }
    #expect(try await transport.send(HTTPRequest(.put, "https://r.example/upload", body: body)).status == 201)
  }

  @Test(.timeLimit(.minutes(1))) func aCancelledTaskDoesNotWait() async throws {
    let (end, isEnd) = AsyncStream<Void>.makeStream()
    let scripted = ScriptedTransport { request in
      if request.url.hasSuffix("/first") { return .status(429) }
      for await _ in end {}
      return .status(200)
    }
    let transport = ThrottlingTransport(base: scripted)
    _ = try await transport.send(HTTPRequest(.get, "https://r.example/first"))
    async let inFlight = transport.send(HTTPRequest(.get, "https://r.example/second")).status
    while scripted.requests.count < 2 { await Task.yield() }
    let waiting = Task { try await transport.send(HTTPRequest(.get, "https://r.example/third")).status }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    isEnd.finish()
    #expect(try await inFlight == 200)
    #expect(try await transport.send(HTTPRequest(.get, "https://r.example/fourth")).status == 200)
    #expect(scripted.urls.map { $0.suffix(6) } == ["/first", "second", "fourth"])
  }

  private func send(_ count: Int, through transport: ThrottlingTransport) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<count {
        group.addTask { _ = try await transport.send(HTTPRequest(.get, "https://r.example/\(number)")) }
      }
      try await group.waitForAll()
    }
  }
}

/// Answers after a while, and counts how many requests it had at once at most. On a busy machine requests come slowly, so it
/// waits for as many as are expected.
private final class CountingServer: HTTPTransport {
  private let state: Mutex<State>
  private let version: String

  private struct State {
    var statuses: [Int]
    var current = 0
    var most = 0
    var expected = 0
  }

  init(statuses: [Int], version: String = "HTTP/2") {
    state = Mutex(State(statuses: statuses))
    self.version = version
  }

  var most: Int { state.withLock { $0.most } }
  func forget(expecting expected: Int = 0) { state.withLock { ($0.most, $0.expected) = (0, expected) } }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let status = state.withLock { state in
      state.current += 1
      state.most = max(state.most, state.current)
      return state.statuses.isEmpty ? 200 : state.statuses.removeFirst()
    }
    var polls = 0
    while polls < 500, state.withLock({ $0.most < $0.expected }) {
      polls += 1
      try await Task.sleep(for: .milliseconds(20))
    }
    try await Task.sleep(for: .milliseconds(200))
    state.withLock { $0.current -= 1 }
    var response = HTTPResponse(status: status)
    response.metrics.version = version
    return response
  }
}
