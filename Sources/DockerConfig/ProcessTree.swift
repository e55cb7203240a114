import Glibc

/// The processes that a process has started, and those that they have started.
package struct ProcessTree: Sendable {
  let root: pid_t

  package init(root: pid_t) { self.root = root }

  /// Ends all of them at once, without the root: a credential helper may be a script that waits for another program.
  package func killDescendants() {
    for process in descendants { kill(process, SIGKILL) }
  }

  private var descendants: [pid_t] {
    let parents = Self.parents()
    var found: [pid_t] = []
    var level: Set = [root]
    while !level.isEmpty {
      level = Set(parents.filter { level.contains($0.value) }.keys)
      found += level
    }
    return found
  }

  /// Each process on this machine, with its parent.
  private static func parents() -> [pid_t: pid_t] {
    guard let stream = opendir("/proc") else { return [:] }
    defer { closedir(stream) }
    var parents: [pid_t: pid_t] = [:]
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if let process = pid_t(name), let parent = parent(of: process) { parents[process] = parent }
    }
    return parents
  }

  /// From `/proc/PID/stat`: behind the program's name, which stands in parentheses and may hold any character, come the
  /// state and the parent.
  private static func parent(of process: pid_t) -> pid_t? {
    guard let file = fopen("/proc/\(process)/stat", "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let line = String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    guard let end = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    return fields.count > 1 ? pid_t(fields[1]) : nil
  }
}
