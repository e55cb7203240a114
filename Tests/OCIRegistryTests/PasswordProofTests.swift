import HTTP
import Synchronization
import Testing

@testable import OCIRegistry

@Suite(.timeLimit(.minutes(1))) struct PasswordProofTests {
  /// They prove the password, or say nothing about it: all the others go, and together.
  @Test(arguments: [200, 201, 307, 400, 403, 404, 429, 500, 503])
  func whatIsNoRefusalLetsTheOthersGo(status: Int) async throws {
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

  @Test func aPasswordIsNotProvedTwice() async throws {
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
    await #expect(throws: TransportError.self) { try await server.proof.send { try await server.answer() } }
    #expect(try await server.statuses(of: 5) == [200, 200, 200, 200, 200])
    #expect(server.sizesOfWaves == [1, 5])
  }

  @Test func whoIsCancelledLetsTheNextOneTry() async throws {
    let proof = PasswordProof()
    let (begun, isBegun) = AsyncStream<Void>.makeStream()
    let first = Task {
      try await proof.send {
        isBegun.finish()
        try await Task.sleep(for: .seconds(3600))
        return HTTPResponse(status: 200)
      }
    }
    for await _ in begun {}
    let server = Server(proof) { _ in 401 }
    async let others = server.statuses(of: 5)
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    #expect(try await others == [401, 401, 401, 401, 401])
    #expect(server.sizesOfWaves == [1])
  }
}

/// Answers once nothing more comes, and knows how many requests came together.
private final class Server: Sendable {
  let proof: PasswordProof
  private let status: @Sendable (Int) throws -> Int
  private let waves = Mutex<[Int]>([])
  private let state = Mutex((count: 0, inFlight: 0))

  /// - Parameter status: Of the answer to a request, by the number of those before it.
  init(_ proof: PasswordProof = PasswordProof(), status: @escaping @Sendable (Int) throws -> Int) {
    (self.proof, self.status) = (proof, status)
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
      for _ in 0..<requests { group.addTask { try await self.proof.send { try await self.answer() }.status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }
}
