/// What starting another program needs of the system. Where it is missing, Subprocess ends this program, or waits without end.
package enum ProcessRequirements {
  /// For the pipes and the processes. Connections may have taken most of what was free at the start of the program.
  private static let files = 16

  /// Three of Subprocess, one that reads the output, the other program, and a margin: threads that have just ended may still
  /// count.
  private static let threads = 8

  /// To be called before each start.
  ///
  /// - Throws: `TooFewOpenFiles`, `TooFewThreads`.
  package static func check() throws {
    try OpenFiles.check(areFree: files)
    try FreeThreads.check(threads)
  }
}
