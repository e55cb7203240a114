import Subprocess
import Synchronization

/// A question to an engine, such as `docker --version`.
extension EngineProcess {
  /// An engine on another host may never answer.
  static let queryTimeout = Duration.seconds(60)
  /// How long it may then take to end.
  private static let endTimeout = Duration.seconds(2)

  /// Runs the program, and returns the lines of its output; of very many, the first and the last ones.
  ///
  /// - Throws: `EngineStartError`, also where it takes longer than `timeout`. It is ended then.
  func collect(
    timeout: Duration = queryTimeout
  ) async throws(EngineStartError) -> (status: TerminationStatus, lines: [String]) {
    let lines = CollectedLines()
    let running = Task { try await run(lines.add) }
    let timer = Task {
      try await Task.sleep(for: timeout)
      lines.isLate.store(true, ordering: .releasing)
      running.cancel()
    }
    defer { timer.cancel() }
    // A process that does not end, or that Subprocess never starts, is not waited for.
    let result = await withTaskCancellationHandler {
      await within(timeout + Self.endTimeout) { await running.result }
    } onCancel: {
      running.cancel()
    }
    guard let result, !lines.isLate.load(ordering: .acquiring) else {
      throw .late(command: ([program] + arguments).joined(separator: " "), timeout)
    }
    do { return (try result.get(), lines.all) } catch { throw error as? EngineStartError ?? .other("\(error)") }
  }
}

private final class CollectedLines: Sendable {
  let isLate = Atomic<Bool>(false)
  private let lines = Mutex<[String]>([])

  /// The names of all images of a machine are not as many.
  private static let limit = 10_000

  func add(_ line: String) {
    lines.withLock { lines in
      if lines.count == Self.limit { lines.removeLast() }
      lines.append(line)
    }
  }

  var all: [String] { lines.withLock { $0 } }
}
