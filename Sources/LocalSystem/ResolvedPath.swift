import Glibc
import SystemPackage

/// Where a path leads: an entry of a directory that is open. It is found one component after the other, so that nobody can
/// put a symbolic link in the place of something that was checked before.
final class ResolvedPath: Sendable {
  /// Open, for what is done in it.
  let directory: Int32
  /// Without slashes. It may be missing, and was no symbolic link.
  let name: String
  /// Of the entry when it was found, open without the right to read it; negative if it was missing.
  private let entry: Int32
  /// Of the entry when it was found; nil if it was missing.
  let status: stat?

  /// As many as the system follows.
  private static let maximumLinks = 40

  /// - Throws: `SystemError`, for example if a directory on the path is missing; `SystemError.foreignLink` if a symbolic link
  ///   of a user who is neither this one nor root is on the path.
  init(_ path: String) throws(SystemError) {
    if path.isEmpty { throw SystemError(code: ENOENT) }
    var walk = try Walk(FilePath(path))
    var links = 0
    while true {
      guard let next = walk.rest.popLast() else { throw SystemError(code: EISDIR) }
      let found = try Descriptor(at: walk.directory, next, O_PATH | O_NOFOLLOW)
      let status = try found?.status()
      if let found, status?.isLink == true {
        links += 1
        if links > Self.maximumLinks { throw SystemError(code: ELOOP) }
        if ![geteuid(), 0].contains(status?.st_uid) { throw .foreignLink }
        try walk.follow(found.link())
      } else if !walk.rest.isEmpty {
        guard let found else { throw SystemError(code: ENOENT) }
        walk.directory = found
      } else {
        // A link in /proc/self/fd to a pipe: the text of the link is no path.
        if found == nil, FileIdentity(path) != nil { throw .notAFile }
        (name, self.status) = (next, status)
        directory = walk.directory.released()
        entry = found?.released() ?? -1
        return
      }
    }
  }

  deinit {
    close(directory)
    if entry >= 0 { close(entry) }
  }

  /// True if another file system, or a part of one, is mounted at the entry, also over a file. False where that is not known.
  var isMountPoint: Bool {
    let mounts = [entry, directory].map { descriptor in
      (try? File.contents(of: "/proc/self/fdinfo/\(descriptor)")).flatMap { info in
        String(decoding: info, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("mnt_id:") }
      }
    }
    return mounts[0] != mounts[1]
  }

  /// True if the name still leads to what was found.
  var isUnchanged: Bool {
    var now = stat()
    guard fstatat(directory, name, &now, AT_SYMLINK_NOFOLLOW) == 0 else { return status == nil && errno == ENOENT }
    return status.map { ($0.st_dev, $0.st_ino) == (now.st_dev, now.st_ino) } ?? false
  }
}

/// Opens an entry without reading it, a symbolic link as well. Swift does not import it (`_GNU_SOURCE`); it has this value on
/// all of Swift's architectures.
private let O_PATH: Int32 = 0o10_000_000

/// A directory, and what of a path is left to find in it.
private struct Walk {
  var directory: Descriptor
  /// From the last component to the first.
  var rest: [String]

  init(_ path: FilePath) throws(SystemError) {
    directory = try Self.start(of: path)
    rest = path.components.reversed().map(\.string)
  }

  mutating func follow(_ link: FilePath) throws(SystemError) {
    if link.isAbsolute { directory = try Self.start(of: link) }
    rest += link.components.reversed().map(\.string)
  }

  private static func start(of path: FilePath) throws(SystemError) -> Descriptor {
    guard let start = try Descriptor(at: nil, path.isAbsolute ? "/" : ".", O_PATH | O_DIRECTORY) else {
      throw SystemError(code: ENOENT)
    }
    return start
  }
}

/// Is closed with its last owner.
private final class Descriptor {
  private var value: Int32

  /// Nil if there is no such entry.
  init?(at directory: Descriptor?, _ name: String, _ flags: Int32) throws(SystemError) {
    value = openat(directory?.value ?? AT_FDCWD, name, flags | O_CLOEXEC)
    if value < 0, errno == ENOENT { return nil }
    if value < 0 { throw SystemError() }
  }

  deinit { if value >= 0 { close(value) } }

  func released() -> Int32 {
    defer { value = -1 }
    return value
  }

  func status() throws(SystemError) -> stat {
    var status = stat()
    if fstat(value, &status) != 0 { throw SystemError() }
    return status
  }

  func link() throws(SystemError) -> FilePath {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(value, "", &buffer, buffer.count)
    if count < 0 { throw SystemError() }
    return FilePath(String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self))
  }
}

extension stat {
  fileprivate var isLink: Bool { st_mode & S_IFMT == S_IFLNK }
}
