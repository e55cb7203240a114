import Glibc
import LocalSystem
import Synchronization

/// Ends the program, and the credential helpers that it started, on Ctrl-C, on SIGTERM, when the terminal is closed, and
/// when docker closes its end of the plugin socket.
///
/// Nothing needs to be undone but files that are not complete: a list is published by one request, and a result is printed by
/// one write.
enum Interruption {
  /// Few functions are allowed in a signal handler. `write` is one, and wakes up the thread that reads the other end.
  private static let writeEnd = Atomic<Int32>(-1)

  private static let hasBegun = Atomic<Bool>(false)

  /// To be called before the program ends: if it is being interrupted, that decides about its exit status, and not the end
  /// of a process that was stopped.
  static func waitIfBegun() {
    while hasBegun.load(ordering: .acquiring) { pause() }
  }

  private static let hasCleanedUp = Atomic<Bool>(false)

  /// In a thread of its own, for a second at most: a file system may not answer, and the user is waiting.
  fileprivate static func removeUnfinishedFiles() {
    let isStarted: Void? = try? DetachedThread.start {
      NewFile.removeUnfinished()
      hasCleanedUp.store(true, ordering: .releasing)
    }
    guard isStarted != nil else { return }
    for _ in 0..<1000 where !hasCleanedUp.load(ordering: .acquiring) { usleep(1000) }
  }

  fileprivate static func begin() { hasBegun.store(true, ordering: .releasing) }

  /// - Parameters:
  ///   - pluginSocket: The name of docker's socket, from DOCKER_CLI_PLUGIN_SOCKET; nil if docker did not call.
  ///   - atEnd: Prints the last message. It must not wait for anything.
  static func watch(pluginSocket: String?, atEnd: @escaping @Sendable () -> Void) {
    var ends: [Int32] = [-1, -1]
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    guard socketpair(AF_UNIX, Int32(kind), 0, &ends) == 0 else { return }
    writeEnd.store(ends[1], ordering: .releasing)
    handle { number in
      var byte = UInt8(truncatingIfNeeded: number)
      _ = Glibc.write(Interruption.writeEnd.load(ordering: .acquiring), &byte, 1)
    }
    // A thread of its own: all threads of Swift may be busy, and the user is waiting.
    let watcher = Watcher(signals: ends[0], docker: pluginSocket.flatMap(connect) ?? -1, atEnd: atEnd)
    try? DetachedThread.start { watcher.run() }
  }

  /// Installs a handler for the signals that end a program. Those that are ignored (nohup, a background job of a script)
  /// stay ignored.
  static func handle(_ handler: @escaping @convention(c) (Int32) -> Void) {
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU] {
      var action = sigaction()
      sigaction(number, nil, &action)
      let isIgnored =
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
      if isIgnored { continue }
      action = sigaction()
      action.__sigaction_handler.sa_handler = handler
      action.sa_flags = SA_RESTART
      sigaction(number, &action, nil)
    }
  }

  /// docker's sockets have abstract names, with a zero byte in place of the @ (unix(7)). Nil if docker does not accept the
  /// connection at once: waiting for it could take forever.
  private static func connect(_ name: String) -> Int32? {
    var address = sockaddr_un()
    let bytes = Array(name.utf8)
    let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    guard bytes.first == UInt8(ascii: "@"), bytes.count <= MemoryLayout.size(ofValue: address.sun_path) else {
      return nil
    }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: [0] + bytes.dropFirst()) }
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let socket = Glibc.socket(AF_UNIX, Int32(kind), 0)
    guard socket >= 0 else { return nil }
    let length = socklen_t(offset + bytes.count)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(socket, $0, length) }
    }
    if result == 0 { return socket }
    close(socket)
    return nil
  }
}

private final class Watcher: Sendable {
  let signals: Int32
  let docker: Int32
  let atEnd: @Sendable () -> Void

  init(signals: Int32, docker: Int32, atEnd: @escaping @Sendable () -> Void) {
    self.signals = signals
    self.docker = docker
    self.atEnd = atEnd
  }

  func run() {
    var sources = [
      pollfd(fd: signals, events: Int16(POLLIN), revents: 0), pollfd(fd: docker, events: Int16(POLLIN), revents: 0),
    ]
    while true {
      guard poll(&sources, nfds_t(sources.count), -1) > 0 else { continue }
      var byte: UInt8 = 0
      if read(signals, &byte, 1) == 1 { end(Int32(byte)) }
      // docker sends nothing over its socket. It closes it when it is interrupted itself.
      if sources[1].revents != 0, hasClosed { end(SIGINT) }
    }
  }

  private var hasClosed: Bool {
    var byte: UInt8 = 0
    let count = read(docker, &byte, 1)
    return count == 0 || count < 0 && ![EAGAIN, EINTR].contains(errno)
  }

  private func end(_ signal: Int32) {
    Interruption.begin()
    // The message comes first. A process that is killed afterwards must not be reported as an error.
    atEnd()
    ProcessTree(root: getpid()).killDescendants()
    Interruption.removeUnfinishedFiles()
    _exit(128 + signal)
  }
}
