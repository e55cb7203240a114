import LocalSystem
import Synchronization
import TestSupport
import Testing

@Suite struct FileLockTests {
  private final class Holders: Sendable {
    private let count = Atomic(0)

    func change(by difference: Int) -> Int { count.add(difference, ordering: .relaxed).newValue }
  }

  /// Whoever waits may have opened the file of a lock that its holder removes at this moment.
  @Test func onlyOneHoldsIt() async throws {
    let temporary = try TemporaryDirectory()
    let directory = try OpenDirectory(temporary.path)
    let holders = Holders()
    try await withThrowingTaskGroup { group in
      for _ in 1...4 {
        group.addTask {
          var times = 0
          for _ in 1...100_000 where times < 300 {
            guard let lock = try FileLock("lock", in: directory) else {
              await Task.yield()
              continue
            }
            #expect(holders.change(by: 1) == 1)
            await Task.yield()
            _ = holders.change(by: -1)
            withExtendedLifetime(lock) { times += 1 }
          }
          #expect(times == 300)
        }
      }
      try await group.waitForAll()
    }
    #expect(try directory.names().isEmpty)
  }
}
