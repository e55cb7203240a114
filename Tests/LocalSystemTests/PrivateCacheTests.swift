import Glibc
import LocalSystem
import Synchronization
import TestSupport
import Testing

@Suite struct PrivateCacheTests {
  @Test func aFileIsValidForItsLifetime() throws {
    let directory = try TemporaryDirectory()
    let written = time(nil)
    let now = Atomic(written)
    let cache = PrivateCache(directory: "\(directory.path)/a/b", lifetime: 30) { now.load(ordering: .relaxed) }
    #expect(cache.read("name") == nil)
    try cache.write([1, 2], to: "name")
    var times = utimbuf(actime: written, modtime: written)
    #expect(utime("\(directory.path)/a/b/name", &times) == 0)
    #expect(cache.read("name") == [1, 2])
    now.store(written + 30, ordering: .relaxed)
    #expect(cache.read("name") == [1, 2])
    now.store(written + 31, ordering: .relaxed)
    #expect(cache.read("name") == nil)
    now.store(written - 1, ordering: .relaxed)
    #expect(cache.read("name") == nil)
  }

  @Test func writingRemovesWhatIsNoLongerValid() throws {
    let directory = try TemporaryDirectory(["old": ""])
    let cache = PrivateCache(directory: directory.path, lifetime: 30) { time(nil) + 40 }
    try cache.write([], to: "new")
    #expect(try Directory.names(in: directory.path).sorted() == [".", "..", "new"])
  }

  @Test func removedIsRemovedAndALinkIsNotRead() throws {
    let directory = try TemporaryDirectory(["elsewhere/file": "x"])
    let cache = PrivateCache(directory: directory.path, lifetime: 30)
    #expect(symlink("elsewhere/file", "\(directory.path)/link") == 0)
    #expect(cache.read("link") == nil)
    try cache.write([1], to: "name")
    cache.remove("name")
    #expect(cache.read("name") == nil)
  }
}
