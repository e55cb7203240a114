import LocalSystem

/// A file of a layout that is open: a whole file of a directory, or a part of an archive.
package struct LayoutFile: Sendable {
  /// For messages.
  let name: String
  let source: ReadableFile
  /// Where the file begins in the source.
  let offset: Int64
  /// In bytes.
  let size: Int64

  /// - Parameters:
  ///   - count: How many bytes to read.
  ///   - position: Of the first one in this file.
  /// - Throws: `LayoutError`, also if the file has become shorter.
  func read(_ count: Int, at position: Int64) throws(LayoutError) -> [UInt8] {
    let bytes: [UInt8]
    do { bytes = try source.read(count, at: offset + position) } catch { throw .unreadable(file: name, error) }
    guard bytes.count == count else {
      throw .wrongSize(file: name, expected: size, found: position + Int64(bytes.count))
    }
    return bytes
  }

  /// All bytes.
  ///
  /// - Throws: `LayoutError`, also if they are more than the limit.
  func contents(limit: Int) throws(LayoutError) -> [UInt8] {
    guard size <= limit else { throw .tooLarge(file: name, limit: limit) }
    return try read(Int(size), at: 0)
  }
}
