import Glibc
import SystemPackage

/// The command line of the parent process. Empty where /proc does not tell it.
func callerCommandLine() -> [String] {
  let path = FilePath("/proc/\(getppid())/cmdline")
  guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return [] }
  var bytes = [UInt8](repeating: 0, count: 1 << 20)
  let count = try? file.closeAfter { try bytes.withUnsafeMutableBytes { try file.read(into: $0) } }
  // Each word ends with a zero byte.
  return bytes[..<(count ?? 0)].split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
    String(decoding: $0, as: UTF8.self)
  }
}
