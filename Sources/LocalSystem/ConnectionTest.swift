import Glibc

/// Makes TCP connections only to learn whether they can be made. Nothing is sent, and each is closed again.
package struct ConnectionTest: Sendable {
  /// An IP address.
  package let address: String
  /// How long it took, or why there is no connection.
  package let result: Result<Duration, SystemError>

  /// Nil if there is a connection.
  package var error: SystemError? {
    if case .failure(let error) = result { error } else { nil }
  }

  /// True if the host is there, and nothing listens on the port.
  package var isRefused: Bool { error?.code == ECONNREFUSED }

  /// True if this machine cannot reach any address of this kind: most often, it has no IPv6.
  package var hasNoRoute: Bool { [ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT].contains(error?.code ?? 0) }

  /// Tries all addresses at the same time, on a thread of its own.
  ///
  /// - Returns: A result for each address, in the same order; ETIMEDOUT for those that are not connected in time.
  package static func run(_ addresses: [String], port: Int, within limit: Duration) async -> [ConnectionTest] {
    await withCheckedContinuation { continuation in
      @Sendable func run() { continuation.resume(returning: results(addresses, port, limit)) }
      // Without another thread, this one waits.
      do { try DetachedThread.start(run) } catch { run() }
    }
  }

  private static func results(_ addresses: [String], _ port: Int, _ limit: Duration) -> [ConnectionTest] {
    let began = ContinuousClock.now
    var attempts = addresses.map { Attempt($0, port) }
    while attempts.contains(where: { $0.result == nil }) {
      let left = limit - began.duration(to: .now)
      guard left > .zero else { break }
      var files = attempts.map { pollfd(fd: $0.result == nil ? $0.socket : -1, events: Int16(POLLOUT), revents: 0) }
      guard poll(&files, nfds_t(files.count), Int32((left / .milliseconds(1)).rounded(.up))) > 0 else { continue }
      for index in files.indices where files[index].revents != 0 {
        attempts[index].end(after: began.duration(to: .now))
      }
    }
    return zip(addresses, attempts).map { address, attempt in
      attempt.close()
      return ConnectionTest(address: address, result: attempt.result ?? .failure(SystemError(code: ETIMEDOUT)))
    }
  }
}

/// One connection that is being made.
private struct Attempt {
  /// Negative if there is none.
  private(set) var socket: Int32 = -1
  /// Nil until it is known.
  private(set) var result: Result<Duration, SystemError>?

  init(_ address: String, _ port: Int) {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    // getaddrinfo(3) takes 65616 for 80.
    guard UInt16(exactly: port) != nil, getaddrinfo(address, "\(port)", &hints, &found) == 0, let place = found?.pointee
    else {
      result = .failure(SystemError(code: EADDRNOTAVAIL))
      return
    }
    defer { freeaddrinfo(found) }
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    socket = Glibc.socket(place.ai_family, Int32(kind), 0)
    if socket < 0 {
      result = .failure(SystemError())
    } else if connect(socket, place.ai_addr, place.ai_addrlen) == 0 {
      result = .success(.zero)
    } else if errno != EINPROGRESS {
      result = .failure(SystemError())
    }
  }

  /// The system has finished the connection, or given it up.
  mutating func end(after duration: Duration) {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size)
    result = code == 0 ? .success(duration) : .failure(SystemError(code: code))
  }

  func close() { if socket >= 0 { Glibc.close(socket) } }
}
