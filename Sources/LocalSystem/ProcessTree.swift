import Glibc

/// A process and its descendants, as `/proc` shows them. Where `/proc` is not mounted there are no descendants.
package struct ProcessTree: Sendable {
  let root: pid_t

  package init(root: pid_t) { self.root = root }

  /// Kills all descendants (SIGKILL), not the root: a credential helper may be a script that waits for another program.
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

  /// The parent of each process on this machine.
  private static func parents() -> [pid_t: pid_t] {
    var parents: [pid_t: pid_t] = [:]
    for process in all { parents[process] = status(of: process)?.parent }
    return parents
  }

  /// Every process on this machine.
  package static var all: [pid_t] { ((try? Directory.names(in: "/proc")) ?? []).compactMap { pid_t($0) } }

  /// The first 15 bytes of the name of a process's program. Nil if it has ended.
  package static func name(of process: pid_t) -> String? {
    // Z: it has ended, and its parent has not yet asked for its exit status.
    status(of: process).flatMap { $0.state == "Z" ? nil : $0.name }
  }

  /// Nil if it has ended.
  package static func parent(of process: pid_t) -> pid_t? { status(of: process)?.parent }

  /// From `/proc/PID/stat` (proc_pid_stat(5)): the program's name in parentheses, which may contain any character, then
  /// the state and the parent.
  private static func status(of process: pid_t) -> (name: String, state: Substring, parent: pid_t)? {
    guard let bytes = try? File.contents(of: "/proc/\(process)/stat") else { return nil }
    let line = String(decoding: bytes, as: UTF8.self)
    guard let start = line.firstIndex(of: "("), let end = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    guard fields.count > 1, let parent = pid_t(fields[1]) else { return nil }
    return (String(line[line.index(after: start)..<end]), fields[0], parent)
  }
}
