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
    var parents: [pid_t: pid_t] = [:]
    for process in all { parents[process] = stat(of: process)?.parent }
    return parents
  }

  /// Every process on this machine.
  package static var all: [pid_t] { ((try? Directory.names(in: "/proc")) ?? []).compactMap { pid_t($0) } }

  /// The first 15 bytes of what a process's program is called. Nil if it runs no more.
  package static func name(of process: pid_t) -> String? {
    // Z: it has ended, and nobody has asked how.
    stat(of: process).flatMap { $0.state == "Z" ? nil : $0.name }
  }

  /// From `/proc/PID/stat`: behind the program's name, which stands in parentheses and may hold any character, come the
  /// state and the parent.
  private static func stat(of process: pid_t) -> (name: String, state: Substring, parent: pid_t)? {
    guard let file = fopen("/proc/\(process)/stat", "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let line = String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    guard let start = line.firstIndex(of: "("), let end = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    guard fields.count > 1, let parent = pid_t(fields[1]) else { return nil }
    return (String(line[line.index(after: start)..<end]), fields[0], parent)
  }
}
