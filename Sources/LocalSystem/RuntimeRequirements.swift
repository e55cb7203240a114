import Glibc

/// What Swift's runtime needs of the system. Where it is missing, the runtime ends the program with a signal.
package enum RuntimeRequirements {
  /// For the runtime, a credential helper and the first connections. If one of many connections finds too few, it fails
  /// with an error, and may be tried again.
  private static let files = 32

  /// One for each of two processors, one for timers and events, one for libcurl, and one that waits for signals.
  private static let threads = 5

  /// For the stacks of threads (8 MiB each), the libraries, and what is read.
  private static let memory = 96 << 20

  /// Checks what libdispatch does not: it reads `/proc/PID/stat` of its own threads while it runs, and opens files for
  /// timers and events. To be called before the first `await`, which starts its threads.
  ///
  /// - Throws: `TooFewOpenFiles`, `TooLittleMemory`, `TooFewThreads`, `MissingProc`.
  package static func check() throws {
    try OpenFiles.check(areFree: files)
    try AddressSpace.check(isFree: memory)
    try FreeThreads.check(threads)
    if access("/proc/\(getpid())/stat", R_OK) != 0 { throw MissingProc() }
  }
}

/// The file system `/proc` is not mounted, or is not that of this process's PID namespace.
package struct MissingProc: Error {}

extension MissingProc: CustomStringConvertible {
  package var description: String { "/proc is not mounted, and the program cannot run without it" }
}
