import Glibc

/// What the system says of something that failed: in few words, as in the middle of a sentence.
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
func hasHashedNames(_ directory: String) -> Bool { names(in: directory).contains { $0.hasSuffix(".0") } }

/// The paths of the plain files in a directory, and of what links to one elsewhere. A link to a neighbour is another name
/// of what is there already. None where the directory can't be read.
func plainFiles(in directory: String) -> [String] {
  names(in: directory).map { "\(directory)/\($0)" }.filter { path in
    var status = stat()
    // A pipe would keep its reader waiting.
    return !isLinkToNeighbour(path) && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }.sorted()
}

private func isLinkToNeighbour(_ path: String) -> Bool {
  var target = [CChar](repeating: 0, count: Int(PATH_MAX))
  let count = readlink(path, &target, target.count)
  return count > 0 && !target.prefix(count).contains(CChar(UInt8(ascii: "/")))
}

private func names(in directory: String) -> [String] {
  guard let stream = opendir(directory) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
  }
  return names
}
