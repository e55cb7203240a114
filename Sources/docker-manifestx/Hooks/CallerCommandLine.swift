import Glibc
import SystemPackage

/// The words by which the program was called that called this one. Empty where the system does not tell (it does on Linux).
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
