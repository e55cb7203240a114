import HTTP
import Synchronization
import Testing

@testable import OCIRegistry

@Suite(.timeLimit(.minutes(1))) struct PasswordGateTests {
  @Test(arguments: [200, 201, 307, 400, 404, 500])
  func onceThePasswordIsAcceptedAllOthersGo(status: Int) async throws {
    let server = Server { _ in status }
    #expect(try await server.statuses(of: 10) == Array(repeating: status, count: 10))
    #expect(server.sizesOfWaves == [1, 9])
  }

  /// It has been retried already. If each tried in its turn, twenty images would take a minute.
  @Test(arguments: [429, 502, 503, 504])
  func aServerThatIsNotAvailableIsAskedOnceForAll(status: Int) async throws {
    let server = Server { $0 == 0 ? status : 200 }
    #expect(try await server.statuses(of: 10) == Array(repeating: status, count: 10))
    #expect(try await server.statuses(of: 3) == [200, 200, 200])
    #expect(server.sizesOfWaves == [1, 1, 2])
  }

  /// Nobody has looked at the password, or it may be what is wrong.
  @Test(arguments: [403, 407, 408])
  func afterAnAnswerThatSaysNothingOnlyTheNextOneGoes(status: Int) async throws {
    let wrong = Server { $0 < 2 ? status : 401 }
    #expect(try await wrong.statuses(of: 10).sorted() == ([status, status] + Array(repeating: 401, count: 8)).sorted())
    #expect(wrong.sizesOfWaves == [1, 1, 1])
    let right = Server { $0 == 0 ? status : 200 }
    #expect(try await right.statuses(of: 10).count { $0 == 200 } == 9)
    #expect(right.sizesOfWaves == [1, 1, 8])
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

  private static let failures: [(error: TransportError, isShared: Bool)] = [
    // Otherwise each would wait for the whole time limit of the one before it.
    (.timedOut(host: "r.example", reason: "no answer"), true),
    (.cannotConnect(host: "r.example", reason: "refused"), true),
    (.cut(host: "r.example", reason: "reset"), false),
  ]

  @Test("The error of the connection is that of all who wait; after others, the next one tries", arguments: failures)
  func afterAFailure(error: TransportError, isShared: Bool) async throws {
    let server = Server { _ in 401 }
    let (begun, isBegun) = AsyncStream<Void>.makeStream()
    let first = Task {
      try await server.gate.send {
        isBegun.finish()
        while server.gate.waitingCount < 4 { await Task.yield() }
        throw error
      }
    }
    for await _ in begun {}
    let others = await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<4 { group.addTask { try? await server.gate.send { try await server.answer() }.status } }
      return await group.reduce(into: [Int?]()) { $0.append($1) }
    }
    await #expect(throws: error) { _ = try await first.value }
    #expect(others == Array(repeating: isShared ? nil : 401, count: 4))
    #expect(try await server.statuses(of: 5) == [401, 401, 401, 401, 401])
    #expect(server.sizesOfWaves == [1])
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
