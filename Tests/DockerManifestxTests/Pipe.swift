import Glibc

/// A pipe in the place of a standard stream.
struct Pipe: Sendable {
  let readEnd: Int32
  let writeEnd: Int32

  struct Failure: Error {}

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Failure() }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  func closeWriteEnd() { close(writeEnd) }

  func contents() -> String {
    closeWriteEnd()
    return read()
  }

  /// On a thread of the system: a blocked one of Swift's could be the one that a writer needs.
  func readToEnd() async -> String {
    await withCheckedContinuation { continuation in
      let box = Unmanaged.passRetained(Reader(self, continuation)).toOpaque()
      var thread = pthread_t()
      pthread_create(
        &thread,
        nil,
        { context in
          if let context { Unmanaged<Reader>.fromOpaque(context).takeRetainedValue().run() }
          return nil
        },
        box
      )
      pthread_detach(thread)
    }
  }

  fileprivate func read() -> String {
    var all: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while case let count = Glibc.read(readEnd, &piece, piece.count), count > 0 { all += piece[..<count] }
    close(readEnd)
    return String(decoding: all, as: UTF8.self)
  }
}

private final class Reader: Sendable {
  let pipe: Pipe
  let continuation: CheckedContinuation<String, Never>

  init(_ pipe: Pipe, _ continuation: CheckedContinuation<String, Never>) {
    (self.pipe, self.continuation) = (pipe, continuation)
  }

  func run() { continuation.resume(returning: pipe.read()) }
}
