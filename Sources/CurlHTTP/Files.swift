import Glibc

/// What the system says of a file that can't be read.
struct SystemError: Error, CustomStringConvertible {
  let code: Int32

  var description: String { String(cString: strerror(code)).lowercased() }
}

/// The bytes of a file.
func readWhole(_ path: String) throws(SystemError) -> [UInt8] {
  guard let file = fopen(path, "re") else { throw SystemError(code: errno) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 64 << 10)
  while true {
    let count = fread(&piece, 1, piece.count, file)
    if count == 0 {
      if ferror(file) != 0 { throw SystemError(code: errno) }
      return bytes
    }
    bytes += piece[..<count]
  }
}

/// True if the directory holds certificates under their hashes, as `c_rehash` links them. A container may have only the
/// file of all authorities.
func hasHashedNames(_ directory: String) -> Bool { anyName(in: directory) { $0.hasSuffix(".0") } }

/// The paths of the plain files in a directory, and of what links to one elsewhere. A link to a neighbour is another name
/// of what is there already. None where the directory can't be read.
func plainFiles(in directory: String) -> [String] {
  var paths: [String] = []
  _ = anyName(in: directory) { name in
    let path = "\(directory)/\(name)"
    var status = stat()
    // A pipe would keep its reader waiting.
    if !isLinkToNeighbour(path), stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { paths.append(path) }
    return false
  }
  return paths.sorted()
}

private func isLinkToNeighbour(_ path: String) -> Bool {
  var target = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = readlink(path, &target, target.count)
  return count > 0 && !target.prefix(count).contains(CChar(UInt8(ascii: "/")))
}

/// Whether a name in a directory is the wanted one.
private func anyName(in directory: String, _ isWanted: (String) -> Bool) -> Bool {
  guard let stream = opendir(directory) else { return false }
  defer { closedir(stream) }
  while let entry = readdir(stream) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if isWanted(name) { return true }
  }
  return false
}
