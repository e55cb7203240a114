import Glibc
import Synchronization

/// The threads that this process can still start: the system limits their number (RLIMIT_NPROC, and the limit of a control
/// group).
enum FreeThreads {
  /// Two checks at the same time would take the threads from each other.
  private static let lock = Mutex(())

  /// Starts as many, and ends them: libdispatch, which cannot start one, would try again without end, and Subprocess would
  /// wait for one without end.
  ///
  /// - Throws: `TooFewThreads`.
  static func check(_ needed: Int) throws(TooFewThreads) {
    try lock.withLock { (_) throws(TooFewThreads) in
      let threads = WaitingThreads()
      defer { threads.end() }
      for _ in 0..<needed { try threads.start() }
    }
  }
}

/// Threads that wait before they end, so that all of them exist at the same time.
private final class WaitingThreads {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  private var threads: [pthread_t] = []

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func start() throws(TooFewThreads) {
    var thread = pthread_t()
    let wait: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { semaphore in
      if let semaphore = semaphore?.assumingMemoryBound(to: sem_t.self) {
        while sem_wait(semaphore) != 0, errno == EINTR {}
      }
      return nil
    }
    let code = pthread_create(&thread, nil, wait, semaphore)
    if code != 0 { throw TooFewThreads(error: SystemError(code: code)) }
    threads.append(thread)
  }

  /// Returns when they have ended: whoever starts a thread next needs their places.
  func end() {
    for _ in threads { sem_post(semaphore) }
    for thread in threads { pthread_join(thread, nil) }
  }
}

/// The system starts no more threads for this user or container.
package struct TooFewThreads: Error, Hashable {
  package let error: SystemError
}

extension TooFewThreads: CustomStringConvertible {
  package var description: String { "this program can start no more threads: \(error)" }
}
