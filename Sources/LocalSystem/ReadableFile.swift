import Glibc

/// A regular file that is open for reading, at any position.
package final class ReadableFile: Sendable {
  private let descriptor: Int32
  /// In bytes, when the file was opened.
  package let size: Int64

  /// - Parameter path: Symbolic links are followed.
  /// - Throws: `SystemError`; `SystemError.notAFile` for a pipe, a device or a directory.
  package convenience init(_ path: String) throws(SystemError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    // ENXIO: a socket.
    guard descriptor >= 0 else { throw errno == ENXIO ? .notAFile : SystemError() }
    try self.init(opened: descriptor)
  }

  init(opened descriptor: Int32) throws(SystemError) {
    self.descriptor = descriptor
    var status = stat()
    let isKnown = fstat(descriptor, &status) == 0
    size = Int64(status.st_size)
    guard isKnown else { throw SystemError() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
  }

  deinit { close(descriptor) }

  /// - Parameters:
  ///   - count: How many bytes to read.
  ///   - offset: Of the first one.
  /// - Returns: As many bytes as are there.
  package func read(_ count: Int, at offset: Int64) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let result = pread(descriptor, rest.baseAddress, rest.count, Int(offset) + filled)
        if result > 0 {
          filled += result
        } else if result == 0 {
          return
        } else if errno != EINTR {
          failure = SystemError()
          return
        }
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
