import Glibc

/// The threads that this process can still start: the system limits their number (RLIMIT_NPROC, and the limit of a control
/// group).
enum FreeThreads {
  /// Starts as many, and ends them: libdispatch, which cannot start one, would try again without end.
  ///
  /// - Throws: `TooFewThreads`.
  static func check(_ needed: Int) throws(TooFewThreads) {
    let end = ThreadEnd()
    var count = 0
    defer { end.release(count) }
    while count < needed {
      do { try DetachedThread.start { end.wait() } } catch { throw TooFewThreads(error: error) }
      count += 1
    }
  }
}

/// What threads wait for before they end, so that all of them exist at the same time.
private final class ThreadEnd: @unchecked Sendable {
  // @unchecked: a semaphore is made for several threads.
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func wait() { while sem_wait(semaphore) != 0, errno == EINTR {} }

  func release(_ count: Int) { for _ in 0..<count { sem_post(semaphore) } }
}

/// The system starts no more threads for this user or container.
package struct TooFewThreads: Error, Hashable {
  package let error: SystemError
}

extension TooFewThreads: CustomStringConvertible {
  package var description: String { "this program can start no more threads: \(error)" }
}
