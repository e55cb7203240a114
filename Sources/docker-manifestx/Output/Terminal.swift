import Glibc
import LocalSystem
import Synchronization

/// The program's standard output and standard error. Every byte that the program prints goes through the one instance of
/// a run, so that lines of parallel work are never mixed.
final class Terminal: Sendable {
  enum Stream: Sendable {
    case output, error
  }

  private let output: Int32
  private let error: Int32
  private struct Screen {
    var region = TerminalRegion()
    /// True when nothing more is shown in the region.
    var isClosed = false
    /// True when the last message has been written.
    var isSilent = false
  }

  /// The lock is held during a whole write.
  private let screen = Mutex(Screen())

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
    let code: Int32? = screen.withLock { screen in
      if screen.isSilent { return nil }
      if stream == .error { return Self.write(above(&screen.region, bytes), to: error) }
      // Results may go to the same terminal.
      _ = Self.write(screen.region.replace(with: [], width: size.width), to: error)
      return Self.write(bytes, to: output)
    }
    if let code { throw OutputError(code: code) }
  }

  /// The bytes, and what puts the region below them again.
  private func above(_ region: inout TerminalRegion, _ bytes: [UInt8]) -> [UInt8] {
    // Without a region, there may be no terminal either.
    region.lines.isEmpty ? bytes : region.replace(with: region.lines, below: bytes, width: size.width)
  }

  /// True if standard output is a terminal.
  var showsResults: Bool { isatty(output) == 1 }

  /// Of the terminal that shows the results, in columns. Nil if it does not say.
  var resultWidth: Int? {
    var size = winsize()
    return ioctl(output, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
  }

  /// True if standard error is a terminal.
  var showsStatus: Bool { isatty(error) == 1 }

  /// Shows these lines at the bottom, in place of those that were shown before. Other output goes above them. Only for a
  /// terminal.
  ///
  /// - Parameter lines: Made for this width and height, in columns and rows. A longer line could not be erased.
  func show(region lines: (_ width: Int, _ height: Int) -> [String]) {
    screen.withLock { screen in
      guard !screen.isClosed else { return }
      let size = size
      // A line that fills a row makes some terminals begin the next one.
      let new = lines(max(1, size.width - 1), max(1, size.height - 1))
      _ = Self.write(screen.region.replace(with: new, width: size.width), to: error)
    }
  }

  /// Erases the region for good.
  func closeRegion() { screen.withLock { close(&$0) } }

  /// The last message of a program that is ended by a signal. Nothing is written after it. It is left out where it cannot be written at once: whoever
  /// ends the program does not wait.
  ///
  /// - Parameter result: For standard output.
  func writeLast(_ text: String, result: [UInt8] = []) {
    for _ in 0..<Self.lastTries {
      let isDone: Void? = screen.withLockIfAvailable { screen in
        if isWritable(error) { close(&screen) }
        if !result.isEmpty, isWritable(output) { _ = Self.write(result, to: output) }
        guard isWritable(error) else { return }
        _ = Self.write(Array(text.utf8), to: error)
        screen.isSilent = true
      }
      if isDone != nil { return }
      // Another thread is writing, which takes no time unless nobody reads.
      usleep(5_000)
    }
  }

  private static let lastTries = 10

  /// True if some bytes can be written at once.
  private func isWritable(_ file: Int32) -> Bool {
    var file = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
    return poll(&file, 1, 0) == 1 && file.revents & Int16(POLLOUT) != 0
  }

  private func close(_ screen: inout Screen) {
    screen.isClosed = true
    _ = Self.write(screen.region.replace(with: [], width: size.width), to: error)
  }

  /// In columns and rows, at this moment: the user may change it.
  private var size: (width: Int, height: Int) {
    var size = winsize()
    let isKnown = ioctl(error, UInt(TIOCGWINSZ), &size) == 0
    return (isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80, isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24)
  }

  /// - Returns: The number of the error, if there was one.
  private static func write(_ bytes: [UInt8], to file: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 {
        let code = errno
        if isWorthAnotherTry(file, for: POLLOUT) { continue }
        return code
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
