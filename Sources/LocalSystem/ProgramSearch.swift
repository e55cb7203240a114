import Glibc

/// Finds programs as Go's tools do: never in the working directory, where somebody else may have put one.
package enum ProgramSearch {
  /// The first file with this name in the absolute directories of PATH that can be executed; nil if there is none.
  package static func path(of name: String, _ environment: Environment) -> String? {
    let directories = (environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
    return directories.lazy.map { "\($0)/\(name)" }.first(where: isExecutable)
  }

  /// True for a file that this user can execute.
  package static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }
}
