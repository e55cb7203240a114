import DockerConfig
import Glibc
import LocalSystem

/// A credential helper may open a window. Whoever presses TAB again is not to see a second one: while a helper runs, or
/// after it was asked in vain a moment ago, none is asked; nor where that could not be remembered.
struct CompletionHelperPolicy: Sendable {
  let surroundings: Surroundings

  /// - Parameter ask: Starts the helper.
  func credential(forHost host: String, _ ask: () async throws -> Credential) async throws -> Credential {
    let key = "helper\n\(host)\n\(surroundings.configDirectory)"
    guard let cache = CompletionCache(surroundings), cache.read(key) == nil, !Self.isOneRunning,
      cache.write([], to: key)
    else { return .anonymous }
    // What is longer in coming than TAB waits leaves the note where it is.
    let credential = try await ask()
    cache.remove(key)
    return credential
  }

  /// Of this user's, by the name that the system keeps: fifteen characters of it.
  private static var isOneRunning: Bool {
    let name = "docker-credential".prefix(15)
    return ProcessTree.all.contains { process in
      var status = Glibc.stat()
      guard stat("/proc/\(process)", &status) == 0, status.st_uid == geteuid() else { return false }
      return ProcessTree.name(of: process)?.hasPrefix(name) ?? false
    }
  }
}
