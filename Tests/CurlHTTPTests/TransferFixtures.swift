import FoundationEssentials
import Glibc
import HTTP
import Hashing
import Synchronization
import TestSupport

@testable import CurlHTTP

func makeTransport(timeout: Duration = .seconds(30)) -> CurlTransport {
  CurlTransport(CurlSettings(userAgent: "test", timeout: timeout))
}

/// Pieces of 64 KiB that all differ, as a stream that can be opened any number of times.
struct Pieces {
  static let size = 64 << 10

  let count: Int
  private let pattern = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

  var length: Int { count * Self.size }

  func piece(_ index: Int) -> [UInt8] {
    var piece = pattern
    withUnsafeBytes(of: index) { bytes in piece.replaceSubrange(0..<bytes.count, with: bytes) }
    return piece
  }

  /// - Parameter onPiece: Called for each piece before it is read.
  func stream(
    announcing length: Int? = nil,
    onPiece: @escaping @Sendable (Int) async throws -> Void = { _ in }
  ) -> HTTPBody {
    let pieces = self
    return .stream(length: length ?? self.length) {
      let position = Counter()
      return AsyncThrowingStream<[UInt8], any Error> {
        let index = position.increment() - 1
        guard index < pieces.count else { return nil }
        try await onPiece(index)
        return pieces.piece(index)
      }
    }
  }

  func hash() throws -> [UInt8]? {
    let hash = try SharedHash()
    for index in 0..<count { piece(index).withUnsafeBytes { hash.update($0) } }
    return hash.finish()
  }
}

/// A SHA-256 that closures on several threads update, but never at the same time.
final class SharedHash: @unchecked Sendable {
  private var hash: StreamHash?
  private let total = Atomic<Int>(0)

  init() throws { hash = try StreamHash(.sha256) }

  /// In bytes.
  var count: Int { total.load(ordering: .relaxed) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    total.add(bytes.count, ordering: .relaxed)
    hash?.update(bytes)
  }

  func finish() -> [UInt8]? { hash.take()?.finish() }
}

/// A number that several threads count.
final class Counter: Sendable {
  private let number = Atomic<Int>(0)
  var value: Int { number.load(ordering: .sequentiallyConsistent) }
  @discardableResult func increment(by step: Int = 1) -> Int {
    number.add(step, ordering: .sequentiallyConsistent).newValue
  }
}

func usleepMilliseconds(_ count: UInt32) { usleep(count * 1000) }

struct SomeError: Error, Equatable {}

/// How many files this process has open, without the timers that Swift's runtime opens when it needs them.
func openDescriptors() throws -> Int {
  let directory = "/proc/self/fd"
  let targets = try FileManager.default.contentsOfDirectory(atPath: directory).compactMap {
    // The listing's own descriptor is closed by now.
    try? FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/\($0)")
  }
  return targets.count { $0 != "anon_inode:[timerfd]" }
}

/// A size that /proc/self/status gives, in bytes: `VmRSS` is what is resident now, `VmHWM` the most that ever was.
func memory(_ name: String) -> Int {
  guard let file = fopen("/proc/self/status", "re") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 256)
  while fgets(&line, Int32(line.count), file) != nil {
    let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    if text.hasPrefix("\(name):") { return (Int(text.filter(\.isNumber)) ?? 0) << 10 }
  }
  return 0
}

/// Waits until the condition is true, and gives up after ten seconds.
func eventually(_ condition: () throws -> Bool) async throws -> Bool {
  for _ in 0..<1000 {
    if try condition() { return true }
    try await Task.sleep(for: .milliseconds(10))
  }
  return try condition()
}
