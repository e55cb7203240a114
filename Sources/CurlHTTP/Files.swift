import Glibc

/// The bytes of a file; nil if it cannot be read.
func readWhole(_ path: String) -> [UInt8]? {
  guard let file = fopen(path, "re") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 64 << 10)
  while true {
    let count = fread(&piece, 1, piece.count, file)
    if count == 0 { return ferror(file) == 0 ? bytes : nil }
    bytes += piece[..<count]
  }
}

/// True if the directory holds certificates under their hashes, as `c_rehash` links them. A container may have only the
/// file of all authorities.
func hasHashedNames(_ directory: String) -> Bool {
  guard let stream = opendir(directory) else { return false }
  defer { closedir(stream) }
  while let entry = readdir(stream) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { $0.prefix { $0 != 0 }.suffix(2).elementsEqual(".0".utf8) }
    if name { return true }
  }
  return false
}
