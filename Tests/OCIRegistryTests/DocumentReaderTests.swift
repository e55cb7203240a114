import HTTP
import Synchronization
import Testing

@testable import OCIRegistry

@Suite("Documents do not fill the memory")
struct DocumentReaderTests {
  /// A server whose documents have this size, in bytes.
  private final class Server: Sendable {
    private struct State {
      var limits: [Int] = []
      var large = 0
      var mostLarge = 0
    }

    let size: Int
    private let state = Mutex(State())

    init(size: Int) { self.size = size }

    var limits: [Int] { state.withLock { $0.limits } }
    /// How many answers of more than the small limit have been received at the same time.
    var mostLarge: Int { state.withLock { $0.mostLarge } }

    func send(_ limit: Int) async throws -> HTTPResponse {
      let isLarge = limit > DocumentReader.smallLimit
      state.withLock { state in
        state.limits.append(limit)
        if isLarge { state.large += 1 }
        state.mostLarge = max(state.mostLarge, state.large)
      }
      try await Task.sleep(for: .milliseconds(1))
      state.withLock { if isLarge { $0.large -= 1 } }
      if size > limit { throw RegistryError.tooLarge(what: "a", host: "r.example", limit: limit) }
      return HTTPResponse(status: 200, body: Array(repeating: 0, count: size))
    }
  }

  private static let small = DocumentReader.smallLimit
  private static let large = HTTPRequest.usualBodyLimit

  private func read(_ server: Server, _ reader: DocumentReader = DocumentReader(), size: Int64? = nil) async throws
    -> Int
  {
    try await reader.read(size: size, send: { try await server.send($0) }) { $0.body.count }
  }

  @Test("A small document takes one request")
  func smallDocument() async throws {
    let server = Server(size: Self.small)
    #expect(try await read(server) == Self.small)
    #expect(server.limits == [Self.small])
  }

  @Test("A document that turns out to be large is requested again")
  func largeDocument() async throws {
    let server = Server(size: Self.small + 1)
    #expect(try await read(server) == Self.small + 1)
    #expect(server.limits == [Self.small, Self.large])
  }

  @Test("A document that is known to be large takes one request")
  func knownSize() async throws {
    let server = Server(size: Self.small + 1)
    #expect(try await read(server, size: Int64(Self.small + 1)) == Self.small + 1)
    #expect(server.limits == [Self.large])
    #expect(try await read(server, size: Int64(Self.small)) == Self.small + 1)
  }

  @Test("Large documents are read one after the other, also after errors", arguments: [small + 1, large + 1])
  func oneLargeAtATime(size: Int) async throws {
    let (server, reader) = (Server(size: size), DocumentReader())
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { _ = try? await read(server, reader) } }
    }
    #expect(server.limits.count == 40)
    #expect(server.mostLarge == 1)
  }

  @Test("Small documents are requested at the same time")
  func smallInParallel() async throws {
    let reader = DocumentReader()
    let sent = Server(size: 1)
    let send: @Sendable (Int) async throws -> HTTPResponse = { limit in
      let response = try await sent.send(limit)
      // Ends only when all five have been sent.
      while sent.limits.count < 5 { await Task.yield() }
      return response
    }
    let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<5 { group.addTask { try await reader.read(size: nil, send: send) { $0.body.count } } }
      return try await group.reduce(0, +)
    }
    #expect(sizes == 5)
  }
}
