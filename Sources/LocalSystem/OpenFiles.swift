import Glibc

/// The files and connections that this process can still open: the system limits their number (RLIMIT_NOFILE).
package enum OpenFiles {
  /// Checks that some can be opened, because Swift's runtime and Subprocess end the program where they cannot open what
  /// they need.
  ///
  /// - Throws: `TooFewOpenFiles`.
  package static func check(areFree needed: Int) throws(TooFewOpenFiles) {
    var descriptors: [Int32] = []
    defer { for descriptor in descriptors { close(descriptor) } }
    while descriptors.count < needed {
      // Any file will do. Standard output may have been closed by the caller.
      let descriptor = open("/", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw TooFewOpenFiles(free: descriptors.count, needed: needed) }
      descriptors.append(descriptor)
    }
  }
}

/// The system lets this process open fewer files and connections than are needed.
package struct TooFewOpenFiles: Error, Hashable {
  package let free: Int
  package let needed: Int
}

extension TooFewOpenFiles: CustomStringConvertible {
  package var description: String {
    "this program can open only \(free) more files and connections, but needs \(needed)"
  }
}
