import Glibc

/// Why a system call failed.
package struct SystemError: Error, Hashable {
  /// One of `errno.h`.
  package let code: Int32

  /// - Parameter code: By default that of the last failed call of this thread.
  package init(code: Int32 = errno) { self.code = code }

  /// True where the path, or a directory on the way to it, does not exist.
  package var isMissingFile: Bool { code == ENOENT || code == ENOTDIR }
}

extension SystemError: CustomStringConvertible {
  /// The system's own text, in lower case for the middle of a sentence: `permission denied`.
  package var description: String { String(cString: strerror(code)).lowercased() }
}
