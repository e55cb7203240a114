import Glibc
import LocalSystem
import Synchronization
import TestSupport
import Testing

@Suite struct PrivateCacheTests {
  static let key = String(repeating: "0a", count: 32)
  static let other = String(repeating: "0b", count: 32)

  static func cache(in directory: TemporaryDirectory) -> PrivateCache {
    PrivateCache(in: directory.path, name: "c", lifetime: 30)
  }

  @Test func aFileIsValidForItsLifetime() throws {
    let directory = try TemporaryDirectory()
    let written = time(nil)
    let now = Atomic(written)
    let cache = PrivateCache(in: "\(directory.path)/a", name: "b", lifetime: 30) { now.load(ordering: .relaxed) }
    #expect(cache.read(Self.key) == nil)
    #expect(cache.write([1, 2], to: Self.key))
    var times = utimbuf(actime: written, modtime: written)
    #expect(utime("\(directory.path)/a/b/\(Self.key)", &times) == 0)
    #expect(cache.read(Self.key) == [1, 2])
    now.store(written + 30, ordering: .relaxed)
    #expect(cache.read(Self.key) == [1, 2])
    now.store(written + 31, ordering: .relaxed)
    #expect(cache.read(Self.key) == nil)
    now.store(written - 1, ordering: .relaxed)
    #expect(cache.read(Self.key) == nil)
  }

  @Test func whatIsNoLongerValidIsRemovedAndOtherNamesAreKept() throws {
    let kept = ["mine", "\(Self.other).x", "\(Self.other).1.2", "0\(Self.other)", Self.other.uppercased()]
    let removed = [Self.other, "\(Self.other).123"]
    let directory = try TemporaryDirectory(
      Dictionary((kept + removed).map { ("c/\($0)", "") }, uniquingKeysWith: { $1 })
    )
    #expect(chmod("\(directory.path)/c", 0o700) == 0)
    let cache = PrivateCache(in: directory.path, name: "c", lifetime: 30) { time(nil) + 40 }
    #expect(cache.write([], to: Self.key))
    let names = try Directory.names(in: "\(directory.path)/c")
    #expect(names.sorted() == ([".", "..", Self.key] + kept).sorted())
    cache.remove(Self.key)
    #expect(try Directory.names(in: "\(directory.path)/c").count == kept.count + 2)
  }

  @Test(arguments: ["", "name", "../\(key)", "\(key)/x", String(repeating: "g", count: 64)])
  func otherNamesAreNotUsed(name: String) throws {
    let directory = try TemporaryDirectory([".c/\(Self.key)": "", "c/\(name)x": ""])
    #expect(chmod("\(directory.path)/c", 0o700) == 0)
    let cache = Self.cache(in: directory)
    #expect(!cache.write([1], to: name))
    #expect(cache.read(name) == nil)
    cache.remove(name)
    #expect(try File.contents(of: "\(directory.path)/c/\(name)x") == [])
  }

  /// A link is neither read, nor written or deleted through. A pipe is not waited for.
  @Test func nothingThatWasPlantedIsFollowed() throws {
    let directory = try TemporaryDirectory(["file": "precious", "c/x": ""])
    let place = "\(directory.path)/c"
    #expect(chmod(place, 0o700) == 0)
    #expect(symlink("../file", "\(place)/\(Self.key)") == 0)
    #expect(symlink("../file", "\(place)/\(Self.key).\(getpid())") == 0)
    #expect(mkfifo("\(place)/\(Self.other)", 0o600) == 0)
    let old = PrivateCache(in: directory.path, name: "c", lifetime: 30) { time(nil) + 40 }
    #expect(old.read(Self.key) == nil)
    #expect(old.read(Self.other) == nil)
    #expect(old.write([], to: String(repeating: "c", count: 64)))
    #expect(try Directory.names(in: place).contains(Self.other), "a pipe is not a file of the cache")
    let cache = Self.cache(in: directory)
    #expect(cache.write([1], to: Self.key))
    #expect(cache.read(Self.key) == [1])
    #expect(try File.contents(of: "\(directory.path)/file") == Array("precious".utf8))
  }

  /// Each makes the directory unsafe.
  static let obstacles: [String: @Sendable (String) -> Bool] = [
    "others can write": { chmod($0, 0o722) == 0 },
    "others can read": { chmod($0, 0o750) == 0 },
    "a link": { rename($0, "\($0)-real") == 0 && symlink("\($0)-real", $0) == 0 },
    "a pipe": { rename($0, "\($0)-real") == 0 && mkfifo($0, 0o700) == 0 },
    "of another user": { geteuid() != 0 || chown($0, 65534, 65534) == 0 },
    "a file of another user": { geteuid() != 0 || chown("\($0)/\(key)", 65534, 65534) == 0 },
    "its parent is of another user": { geteuid() != 0 || chown("\($0)/..", 65534, 65534) == 0 },
    "its parent is a link of another user": { linkOfAnotherUser("\($0)/..") },
    "a directory above is a link of another user": { linkOfAnotherUser("\($0)/../..") },
  ]

  private static func linkOfAnotherUser(_ directory: String) -> Bool {
    guard let path = realpath(directory, nil) else { return false }
    defer { free(path) }
    let place = String(cString: path)
    guard rename(place, "\(place)-real") == 0, symlink("\(place)-real", place) == 0 else { return false }
    return lchown(place, 65534, 65534) == 0
  }

  @Test(arguments: obstacles.keys.sorted())
  func whereAnythingIsUnsafeThereIsNoCache(obstacle: String) throws {
    // Only root can give a file away.
    if geteuid() != 0, obstacle.contains("of another user") { return }
    let directory = try TemporaryDirectory(["above/cache/x": ""])
    let parent = "\(directory.path)/above/cache"
    let cache = PrivateCache(in: parent, name: "c", lifetime: 30)
    #expect(cache.write([1], to: Self.key))
    #expect(cache.read(Self.key) == [1])
    let make = try #require(Self.obstacles[obstacle])
    #expect(make("\(parent)/c"))
    #expect(cache.read(Self.key) == nil)
    if obstacle != "a file of another user" { #expect(!cache.write([2], to: Self.key)) }
  }

  /// Root with the home directory of another user, who could not use `~/.cache` afterwards.
  @Test func nothingIsMadeInADirectoryOfAnotherUser() throws {
    guard geteuid() == 0 else { return }
    let directory = try TemporaryDirectory()
    #expect(chown(directory.path, 65534, 65534) == 0)
    #expect(!PrivateCache(in: "\(directory.path)/.cache", name: "c", lifetime: 30).write([1], to: Self.key))
    #expect(try Directory.names(in: directory.path).sorted() == [".", ".."])
  }
}
