import Glibc

/// A thread of its own for code that blocks, or that must run while all of Swift's threads are busy.
package enum DetachedThread {
  /// Runs `body` on a new thread, which ends when `body` returns.
  ///
  /// - Throws: `TooFewThreads`; `body` is then not run.
  package static func start(_ body: @escaping @Sendable () -> Void) throws(TooFewThreads) {
    let context = Unmanaged.passRetained(Body(run: body))
    var thread = pthread_t()
    let result = pthread_create(
      &thread,
      nil,
      { context in
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      },
      context.toOpaque()
    )
    guard result == 0 else {
      context.release()
      throw TooFewThreads(error: SystemError(code: result))
    }
    pthread_detach(thread)
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
