import Glibc

/// What a symbolic link contains.
package enum SymbolicLink {
  /// - Throws: `SystemError` if there is no such link.
  package static func target(of path: String) throws(SystemError) -> String {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &bytes, bytes.count)
    guard count >= 0 else { throw SystemError() }
    return String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
