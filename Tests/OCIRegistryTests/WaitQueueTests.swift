import Testing

@testable import OCIRegistry

@Suite(.timeLimit(.minutes(1))) struct WaitQueueTests {
  private struct Failure: Error {}

  @Test func wakesAllThatWait() async throws {
    let door = Door()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 { group.addTask { try await door.pass() } }
      while door.queue.count < 100 { await Task.yield() }
      await door.open()
      try await group.waitForAll()
    }
    #expect(door.queue.count == 0)
  }

  /// A wake between the look at the state and the wait is not missed.
  @Test func noWakeIsMissed() async throws {
    for _ in 0..<500 {
      let door = Door()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 { group.addTask { try await door.pass() } }
        group.addTask { await door.open() }
        try await group.waitForAll()
      }
    }
  }

  @Test func cancelsOneAndLeavesTheOthers() async throws {
    let door = Door()
    let (first, second) = (Task { try await door.pass() }, Task { try await door.pass() })
    while door.queue.count < 2 { await Task.yield() }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    #expect(door.queue.count == 1)
    await door.open()
    try await second.value
  }

  @Test func aTaskThatIsCancelledBeforeDoesNotWait() async {
    let door = Door()
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      try await door.pass()
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func throwsToThoseThatWaitNow() async throws {
    let door = Door()
    let waiting = Task { try await door.pass() }
    while door.queue.count < 1 { await Task.yield() }
    door.queue.wakeAll(throwing: Failure())
    await #expect(throws: Failure.self) { try await waiting.value }
    await door.open()
    try await door.pass()
  }
}

private actor Door {
  nonisolated let queue = WaitQueue()
  private var isOpen = false

  func pass() async throws {
    while !isOpen { try await queue.wait() }
  }

  func open() {
    isOpen = true
    queue.wakeAll()
  }
}
