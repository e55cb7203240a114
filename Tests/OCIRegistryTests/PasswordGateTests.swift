import HTTP
import Synchronization
import Testing

@testable import OCIRegistry

@Suite(.timeLimit(.minutes(1))) struct PasswordGateTests {
  /// They accept the password, or say nothing about it: all the others go, and together.
  @Test(arguments: [200, 201, 307, 400, 403, 404, 429, 500, 503])
  func afterAnyAnswerBut401AllOthersGo(status: Int) async throws {
    let server = Server { _ in status }
    #expect(try await server.statuses(of: 10) == Array(repeating: status, count: 10))
    #expect(server.sizesOfWaves == [1, 9])
  }

  @Test func aRefusalIsTheAnswerToAll() async throws {
    let server = Server { _ in 401 }
    #expect(try await server.statuses(of: 10) == Array(repeating: 401, count: 10))
    #expect(try await server.statuses(of: 3) == [401, 401, 401])
    #expect(server.sizesOfWaves == [1])
  }

  @Test func anAcceptedPasswordIsNotTriedAgain() async throws {
    let server = Server { $0 == 0 ? 200 : 401 }
    #expect(try await server.statuses(of: 3) == [200, 401, 401])
    #expect(try await server.statuses(of: 3) == [401, 401, 401])
    #expect(server.sizesOfWaves == [1, 2, 3])
  }

  /// Otherwise each would wait for the whole time limit of the one before it.
  @Test func afterAFailureAllGo() async throws {
    let server = Server { number throws(TransportError) in
      if number == 0 { throw .timedOut(host: "r.example", reason: "no answer") }
      return 200
    }
    await #expect(throws: TransportError.self) { try await server.gate.send { try await server.answer() } }
    #expect(try await server.statuses(of: 5) == [200, 200, 200, 200, 200])
    #expect(server.sizesOfWaves == [1, 5])
  }

  @Test func afterACancelledRequestTheNextOneTries() async throws {
    let gate = PasswordGate()
    let (begun, isBegun) = AsyncStream<Void>.makeStream()
    let first = Task {
      try await gate.send {
        isBegun.finish()
        try await Task.sleep(for: .seconds(3600))
        return HTTPResponse(status: 200)
      }
    }
    for await _ in begun {}
    let server = Server(gate) { _ in 401 }
    async let others = server.statuses(of: 5)
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    #expect(try await others == [401, 401, 401, 401, 401])
    #expect(server.sizesOfWaves == [1])
  }
}

extension PasswordGateTests {
  @Test func aCancelledTaskDoesNotWait() async throws {
    let gate = PasswordGate()
    let (begun, isBegun) = AsyncStream<Void>.makeStream()
    let (end, isEnd) = AsyncStream<Void>.makeStream()
    let first = Task {
      try await gate.send {
        isBegun.finish()
        for await _ in end {}
        return HTTPResponse(status: 200)
      }
    }
    for await _ in begun {}
    let waiting = Task { try await gate.send { HTTPResponse(status: 200) }.status }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    isEnd.finish()
    #expect(try await first.value.status == 200)
    #expect(try await gate.send { HTTPResponse(status: 201) }.status == 201)
  }
}

/// Answers once nothing more comes, and knows how many requests came together.
private final class Server: Sendable {
  let gate: PasswordGate
  private let status: @Sendable (Int) throws -> Int
  private let waves = Mutex<[Int]>([])
  private let state = Mutex((count: 0, inFlight: 0))

  /// - Parameter status: Of the answer to a request, by the number of those before it.
  init(_ gate: PasswordGate = PasswordGate(), status: @escaping @Sendable (Int) throws -> Int) {
    (self.gate, self.status) = (gate, status)
  }

  var sizesOfWaves: [Int] { waves.withLock { $0 } }

  func answer() async throws -> HTTPResponse {
    let number = state.withLock { state in
      defer { state = (state.count + 1, state.inFlight + 1) }
      return state.count
    }
    for _ in 0..<1000 { await Task.yield() }
    let size = state.withLock { state in
      defer { state.inFlight = 0 }
      return state.inFlight
    }
    if size > 0 { waves.withLock { $0.append(size) } }
    return HTTPResponse(status: try status(number))
  }

  func statuses(of requests: Int) async throws -> [Int] {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<requests { group.addTask { try await self.gate.send { try await self.answer() }.status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }
}
