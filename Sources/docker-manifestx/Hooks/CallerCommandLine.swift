import Glibc
import LocalSystem

/// The words by which the program was called that called this one. Empty where the system does not tell (it does on Linux).
func callerCommandLine() -> [String] {
  let bytes = (try? File.contents(of: "/proc/\(getppid())/cmdline")) ?? []
  // Each word ends with a zero byte.
  return bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
    String(decoding: $0, as: UTF8.self)
  }
}
