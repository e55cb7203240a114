import Glibc
import LocalSystem

/// True if the directory contains certificates under their hashes, as `c_rehash` links them. A container may have only the
/// file with all authorities.
func hasHashedNames(_ directory: String) -> Bool { entries(of: directory).contains { $0.hasSuffix(".0") } }

/// The paths of the regular files in a directory, and of symbolic links to one in another directory. A link to a file of
/// the same directory is left out. Empty if the directory cannot be read.
func plainFiles(in directory: String) -> [String] {
  entries(of: directory).map { "\(directory)/\($0)" }.filter { path in
    var status = stat()
    // Reading a pipe would block.
    return !isLinkToNeighbour(path) && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }.sorted()
}

private func isLinkToNeighbour(_ path: String) -> Bool {
  var target = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = readlink(path, &target, target.count)
  return count > 0 && !target.prefix(count).contains(CChar(UInt8(ascii: "/")))
}

private func entries(of directory: String) -> [String] { (try? Directory.names(in: directory)) ?? [] }
