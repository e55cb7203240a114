import Glibc
import Synchronization

/// The program's standard output and standard error. Every byte that the program prints goes through the one instance of
/// a run, so that lines of parallel work are never mixed.
final class Terminal: Sendable {
  enum Stream: Sendable {
    case output, error
  }

  private let output: Int32
  private let error: Int32
  /// Held during a whole write. A live region (progress that is drawn again and again) will be kept in it.
  private let lock = Mutex(())

  /// - Parameters:
  ///   - output: The file descriptor of the results.
  ///   - error: The file descriptor of everything else.
  init(output: Int32 = STDOUT_FILENO, error: Int32 = STDERR_FILENO) {
    (self.output, self.error) = (output, error)
  }

  /// Writes all of the bytes before anyone else can write.
  ///
  /// - Throws: `OutputError` if they cannot be written.
  func write(_ bytes: [UInt8], to stream: Stream) throws(OutputError) {
    let file = stream == .output ? output : error
    let code: Int32? = lock.withLock { _ in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        rest = rest.dropFirst(count)
      }
      return nil
    }
    if let code { throw OutputError(code: code) }
  }
}

/// Standard output cannot be written, or not completely.
struct OutputError: Error, CustomStringConvertible {
  /// As in errno(3).
  let code: Int32
  var description: String { "cannot write the result: \(String(cString: strerror(code)))" }
}
