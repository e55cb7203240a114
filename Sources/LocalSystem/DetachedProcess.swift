import Glibc

/// A process that goes on after this program has ended.
package enum DetachedProcess {
  /// The path of this program, for `start`.
  package static let thisProgram = "/proc/self/exe"

  /// `POSIX_SPAWN_SETSID` of spawn.h, which Swift does not import.
  private static let newSession: Int16 = 0x80

  /// Starts a program in a session of its own: without a terminal, with `/dev/null` as its standard streams, and without
  /// the other files that this program has. Nobody waits for the end of a pipe then.
  ///
  /// - Parameters:
  ///   - program: An absolute path.
  ///   - arguments: The program's name comes first.
  /// - Returns: Its number, for `waitpid`. Only a program that goes on for long has to call that.
  /// - Throws: `SystemError` if it cannot be started.
  @discardableResult
  package static func start(_ program: String, _ arguments: [String]) throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for stream in STDIN_FILENO...STDERR_FILENO {
      posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
    }
    let files = (try? Directory.names(in: "/proc/self/fd")) ?? []
    for file in files.compactMap(Int32.init) where file > STDERR_FILENO {
      posix_spawn_file_actions_addclose(&actions, file)
    }
    posix_spawnattr_setflags(&attributes, newSession)
    let words = arguments.map { strdup($0) }
    defer { words.forEach { free($0) } }
    var process = pid_t()
    let code = posix_spawn(&process, program, &actions, &attributes, words + [nil], environ)
    if code != 0 { throw SystemError(code: code) }
    return process
  }
}
