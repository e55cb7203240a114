import Glibc

/// Why a system call failed.
package struct SystemError: Error, Hashable {
  /// One of `errno.h`; 0 or less for the errors below.
  package let code: Int32

  /// What was opened is a pipe or a socket.
  package static let notAFile = SystemError(code: 0)
  /// The file would be larger than any file can be.
  package static let tooLarge = SystemError(code: EFBIG)
  /// A symbolic link of another user is not followed.
  package static let foreignLink = SystemError(code: -1)
  /// No symbolic link is followed here.
  package static let link = SystemError(code: -2)
  /// Another program has replaced a file since it was found.
  package static let changed = SystemError(code: -3)
  /// What this program prints goes to the file.
  package static let standardOutput = SystemError(code: -4)

  /// - Parameter code: By default that of the last failed call of this thread.
  package init(code: Int32 = errno) { self.code = code }

  /// True where the path, or a directory on the way to it, does not exist.
  package var isMissingFile: Bool { code == ENOENT || code == ENOTDIR }

  /// The same, but for a regular file where this directory, or one on the way to it, should be: somebody has named the wrong
  /// thing. Users without a home directory may have `/dev/null` instead.
  package func isMissingFile(in directory: String) -> Bool {
    code == ENOENT || code == ENOTDIR && !Self.hasFile(on: directory)
  }

  private static func hasFile(on path: String) -> Bool {
    var path = path[...]
    while !path.isEmpty {
      var status = stat()
      if stat(String(path), &status) == 0 { return status.st_mode & S_IFMT == S_IFREG }
      path = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    }
    return false
  }
}

extension SystemError: CustomStringConvertible {
  /// The system's own text, in lower case for the middle of a sentence: `permission denied`.
  package var description: String {
    switch self {
    case .notAFile: "it is not a regular file"
    case .foreignLink: "a symbolic link on the path belongs to another user"
    case .link: "it is a symbolic link, which is not followed here"
    case .standardOutput: "the standard output of this command goes there"
    case .changed: "another program changes it at the same time"
    default: String(cString: strerror(code)).lowercased()
    }
  }
}
