import Glibc
import LocalSystem

/// The name of the program that has started the parent process; nil where `/proc` is not mounted.
func callerOfCaller() -> String? { ProcessTree.parent(of: getppid()).flatMap(ProcessTree.name) }

/// The command line of the parent process, from `/proc`; empty where that is not mounted.
func callerCommandLine() -> [String] {
  let bytes = (try? File.contents(of: "/proc/\(getppid())/cmdline")) ?? []
  // Each argument ends with a zero byte.
  return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
    String(decoding: $0, as: UTF8.self)
  }
}
