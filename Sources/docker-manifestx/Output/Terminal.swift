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
  /// The status that is on the screen, at the beginning of an otherwise empty line. The lock is held during a whole write.
  private let status = Mutex<String?>(nil)

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
    let code: Int32? = status.withLock { status in
      erase(&status)
      return Self.write(bytes, to: file)
    }
    if let code { throw OutputError(code: code) }
  }

  /// True if standard output is a terminal.
  var showsResults: Bool { isatty(output) == 1 }

  /// True if standard error is a terminal.
  var showsStatus: Bool { isatty(error) == 1 }

  /// Shows one line until it is replaced, or something else is printed; nil erases it. Only for a terminal.
  func show(status text: String?) {
    status.withLock { status in
      let text = text.map { String($0.prefix(width - 1)) }
      guard text != status else { return }
      erase(&status)
      guard let text else { return }
      _ = Self.write(Array(text.utf8), to: error)
      status = text
    }
  }

  /// The last message of a program that is ended by a signal. It is left out where it cannot be written at once: whoever
  /// ends the program does not wait.
  func writeLast(_ text: String) {
    _ = status.withLockIfAvailable { status in
      var file = pollfd(fd: error, events: Int16(POLLOUT), revents: 0)
      guard poll(&file, 1, 0) == 1, file.revents & Int16(POLLOUT) != 0 else { return }
      erase(&status)
      _ = Self.write(Array(text.utf8), to: error)
    }
  }

  private func erase(_ status: inout String?) {
    guard status != nil else { return }
    status = nil
    // To the beginning of the line, and erase to its end (ECMA-48).
    _ = Self.write(Array("\r\u{1B}[K".utf8), to: error)
  }

  /// In characters. A line that is longer could not be erased.
  private var width: Int {
    var size = winsize()
    return ioctl(error, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// - Returns: The number of the error, if there was one.
  private static func write(_ bytes: [UInt8], to file: Int32) -> Int32? {
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
}

/// Standard output cannot be written, or not completely.
struct OutputError: Error, CustomStringConvertible {
  /// As in errno(3).
  let code: Int32
  var description: String { "cannot write the result: \(String(cString: strerror(code)))" }
}
