import Glibc
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

  /// Its name may have been given to any file by whoever owns the directory.
  @Test func aFileThatWasThereKeepsItsOwner() throws {
    guard geteuid() == 0 else { return }
    let temporary = try TemporaryDirectory(["lock": ""])
    #expect(chown(temporary.path, 65534, 65533) == 0)
    let directory = try OpenDirectory(temporary.path)
    for owner: uid_t in [0, 65534] {
      let lock = try #require(try FileLock("lock", in: directory))
      var status = stat()
      #expect(stat("\(temporary.path)/lock", &status) == 0)
      // The second one is new.
      #expect(status.st_uid == owner)
      withExtendedLifetime(lock) {}
    }
  }
}
