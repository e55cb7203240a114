import Glibc
import LocalSystem
import Synchronization
import SystemPackage

/// Carries an engine's output to this program.
final class EnginePipe: Sendable {
  let writeEnd: FileDescriptor
  private let readEnd: Int32
  private let hasEnded = Atomic<Bool>(false)

  /// How long the end of the output is waited for when the engine has ended, in milliseconds. A process that the engine has
  /// left behind may keep the pipe open.
  private static let pause: Int32 = 200

  /// - Throws: `Errno`. Other processes do not inherit it: Subprocess closes what they are not given.
  init() throws {
    let (reading, writing) = try FileDescriptor.pipe()
    (readEnd, writeEnd) = (reading.rawValue, writing)
  }

  /// Reads until the engine has ended and all of its output has been read. To be called once.
  ///
  /// - Parameter onLine: Called for each line, from another thread.
  func read(_ onLine: @escaping @Sendable (String) -> Void) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      @Sendable func run() {
        readAll(onLine)
        continuation.resume()
      }
      // Without another thread, this one waits.
      do { try DetachedThread.start(run) } catch { run() }
    }
  }

  /// The engine has ended, or could not be started.
  func end() {
    hasEnded.store(true, ordering: .releasing)
    try? writeEnd.close()
  }

  private func readAll(_ onLine: (String) -> Void) {
    var output = EngineOutput()
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
      var file = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
      let isReady = poll(&file, 1, Self.pause)
      if isReady <= 0 {
        if hasEnded.load(ordering: .acquiring) { break }
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
