import DockerConfig
import Glibc
import LocalSystem

/// Keeps one TAB after another from opening the window of a credential helper again: none is run while one is running, or
/// within half a minute after one that gave no answer, or where that could not be remembered.
struct CompletionHelperPolicy: HelperPolicy {
  let paths: DockerPaths
  let environment: Environment

  func allowsHelper(forHost host: String) -> Bool {
    guard let cache, cache.read(key(host)) == nil, !Self.isHelperRunning else { return false }
    // If the helper takes longer than completion waits, this entry remains.
    return cache.write([], to: key(host))
  }

  func helperAnswered(forHost host: String) { cache?.remove(key(host)) }

  private var cache: CompletionCache? { CompletionCache(environment, home: paths.home) }

  private func key(_ host: String) -> String { "helper\n\(host)\n\(paths.configDirectory)" }

  /// Of this user. The system keeps fifteen characters of a program's name.
  private static var isHelperRunning: Bool {
    let name = "docker-credential".prefix(15)
    return ProcessTree.all.contains { process in
      var status = Glibc.stat()
      guard stat("/proc/\(process)", &status) == 0, status.st_uid == geteuid() else { return false }
      return ProcessTree.name(of: process)?.hasPrefix(name) ?? false
    }
  }
}

extension Session {
  /// One in which a credential helper is started only where the policy allows it.
  static func forCompletion(_ invocation: PluginInvocation, _ call: RawCall) -> Session {
    var session = Session(invocation: invocation, environment: call.environment, console: call.console)
    session.helperPolicy = CompletionHelperPolicy(paths: session.paths, environment: call.environment)
    return session
  }
}
