import Glibc

/// Finds programs as a shell does.
package enum ProgramSearch {
  /// The first file with this name in PATH that can be executed; nil if there is none. A name with a slash is a path.
  package static func path(of name: String, _ environment: Environment) -> String? {
    if name.contains("/") { return isExecutable(name) ? name : nil }
    // As in execvp(3): an empty element means the working directory.
    let directories = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(
      separator: ":",
      omittingEmptySubsequences: false
    )
    return directories.lazy.map { $0.isEmpty ? "./\(name)" : "\($0)/\(name)" }.first(where: isExecutable)
  }

  /// True for a file that this user can execute.
  package static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }
}
