import Glibc
import SystemPackage

/// Where a path leads, for comparison with other paths: through `.`, `..` and symbolic links, also where the last part is
/// missing and would be made.
package struct PathIdentity: Hashable, Sendable {
  /// Of the last directory on the path that is there.
  private var device: UInt64 = 0
  private var number: UInt64 = 0
  /// What follows it.
  private var rest: [String] = []

  /// As many as the system follows.
  private static let maximumLinks = 40

  package init(_ path: String) {
    var links = 0
    find(FilePath(path), &links)
  }

  private mutating func find(_ path: FilePath, _ links: inout Int) {
    var status = stat()
    let place = path.isEmpty ? "." : path.string
    if stat(place, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
      return
    }
    guard let last = path.lastComponent else { return }
    let directory = path.removingLastComponent()
    if links < Self.maximumLinks, let link = try? SymbolicLink.target(of: place) {
      links += 1
      find(directory.pushing(FilePath(link)), &links)
      return
    }
    find(directory, &links)
    switch last.kind {
    case .currentDirectory: break
    case .parentDirectory where !rest.isEmpty: rest.removeLast()
    default: rest.append(last.string)
    }
  }
}

extension PathIdentity {
  /// Whether two paths lead to one file. It may be missing: what one of them would make, the other one would replace.
  package static func isSameFile(_ one: String, _ other: String) -> Bool {
    // A file may have several names (hard links, mounts).
    if let file = FileIdentity(one), file == FileIdentity(other) { return true }
    return PathIdentity(one) == PathIdentity(other)
  }

  /// True for what is directly in the directory.
  package func isEntry(of directory: PathIdentity) -> Bool {
    var parent = self
    return parent.rest.popLast() != nil && parent == directory
  }
}
