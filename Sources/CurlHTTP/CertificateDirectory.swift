import Glibc
import LocalSystem

/// True if the directory contains certificates under their hashes, as `c_rehash` links them. A container may have only the
/// file with all authorities.
func hasHashedNames(_ directory: String) -> Bool {
  (try? Directory.names(in: directory))?.contains { $0.hasSuffix(".0") } ?? false
}

/// The paths of the regular files in a directory, and of symbolic links to one in another directory. A link to a file of
/// the same directory is left out.
///
/// - Throws: `SystemError` if the directory cannot be read.
func plainFiles(in directory: String) throws(SystemError) -> [String] {
  try Directory.names(in: directory).map { "\(directory)/\($0)" }.filter { path in
    var status = stat()
    // Reading a pipe would block.
    return !isLinkToNeighbour(path) && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }.sorted()
}

private func isLinkToNeighbour(_ path: String) -> Bool {
  (try? SymbolicLink.target(of: path)).map { !$0.contains("/") } ?? false
}
