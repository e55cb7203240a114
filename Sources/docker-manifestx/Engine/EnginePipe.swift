import Glibc
import LocalSystem
import Synchronization
import SystemPackage

/// Carries an engine's output to this program.
final class EnginePipe: Sendable {
  let writeEnd: FileDescriptor
  private let readEnd: Int32
  private let hasEnded = Atomic<Bool>(false)
  /// Ends when everything has been read.
  private let finish: AsyncStream<Never>

  /// How long a pause in the output is when the engine has ended, in milliseconds. A process that the engine has left behind
  /// may keep the pipe open.
  private static let pause: Int32 = 200
  /// It may also go on printing: so long is read at most.
  private static let rest = Duration.seconds(1)

  /// Begins to read. Other processes do not inherit the pipe: Subprocess closes what they are not given.
  ///
  /// - Parameter onLine: Called for each line, from another thread.
  /// - Throws: `Errno`, or `SystemError` without a thread.
  init(_ onLine: @escaping @Sendable (String) -> Void) throws {
    let (reading, writing) = try FileDescriptor.pipe()
    (readEnd, writeEnd) = (reading.rawValue, writing)
    let (finish, finishing) = AsyncStream<Never>.makeStream()
    self.finish = finish
    do {
      try DetachedThread.start { [self] in
        readAll(onLine)
        finishing.finish()
      }
    } catch {
      try? reading.close()
      try? writing.close()
      throw error
    }
  }

  /// The engine has ended, or could not be started. Returns when all of its output has been read.
  func end() async {
    hasEnded.store(true, ordering: .releasing)
    try? writeEnd.close()
    for await _ in finish {}
  }

  private func readAll(_ onLine: (String) -> Void) {
    var output = EngineOutput()
    var bytes = [UInt8](repeating: 0, count: 4096)
    var end: ContinuousClock.Instant?
    while true {
      if end == nil, hasEnded.load(ordering: .acquiring) { end = .now + Self.rest }
      if let end, end < .now { break }
      var file = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
      let isReady = poll(&file, 1, Self.pause)
      if isReady <= 0 {
        if end != nil { break }
        continue
      }
      let count = Glibc.read(readEnd, &bytes, bytes.count)
      guard count > 0 else { break }
      output.lines(bytes[..<count]).forEach(onLine)
    }
    output.end().forEach(onLine)
    close(readEnd)
  }
}
