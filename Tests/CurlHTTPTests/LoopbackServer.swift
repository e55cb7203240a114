import Glibc
import Synchronization

/// A small HTTP/1.1 server on a loopback address, with a thread for each connection and buffers of constant size. Listens
/// until it is stopped, or the process ends.
final class LoopbackServer: Sendable {
  typealias Handler = @Sendable (ServerConnection, ServerRequest) throws -> Void

  let port: UInt16
  private let listener: Int32
  private let handler: Handler
  private let connections = Mutex<[ServerConnection]>([])

  /// - Parameter handler: Called for each request; the connection is closed when it throws.
  init(_ handler: @escaping Handler) throws {
    self.handler = handler
    (listener, port) = try listen(backlog: 64)
    Thread.detach { [self] in
      while true {
        let socket = accept(listener, nil, nil)
        guard socket >= 0 else { return }
        serve(ServerConnection(socket))
      }
    }
  }

  var url: String { "http://127.0.0.1:\(port)" }

  /// How many connections were accepted.
  var connectionCount: Int { connections.withLock { $0.count } }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    for connection in connections.withLock({ $0 }) { connection.close() }
  }

  private func serve(_ connection: ServerConnection) {
    connections.withLock { $0.append(connection) }
    let handler = handler
    Thread.detach {
      defer { connection.close() }
      while let request = try? connection.readRequest() {
        do { try handler(connection, request) } catch { return }
      }
    }
  }
}

struct ServerRequest: Sendable {
  /// Such as `GET /path HTTP/1.1`.
  let line: String
  let contentLength: Int
  fileprivate let lines: [String]

  /// Empty if there is none.
  func field(_ name: String) -> String {
    let line = lines.first { $0.lowercased().hasPrefix("\(name.lowercased()):") }
    return String(line?.dropFirst(name.count + 1).drop { $0 == " " } ?? "")
  }

  var path: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
}

/// One connection, used by its own thread; only `close` may come from another.
final class ServerConnection: @unchecked Sendable {
  struct Closed: Error {}

  private let socket: Int32
  private let isClosed = Mutex(false)
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)
  private var unread = 0..<0

  init(_ socket: Int32) { self.socket = socket }

  func close() {
    isClosed.withLock { isClosed in
      if !isClosed {
        shutdown(socket, Int32(SHUT_RDWR))
        Glibc.close(socket)
      }
      isClosed = true
    }
  }

  fileprivate func readRequest() throws -> ServerRequest {
    var head: [UInt8] = []
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      if unread.isEmpty { try fill() }
      head.append(buffer[unread.lowerBound])
      unread.removeFirst()
      // The beginning of TLS.
      if head == [0x16] { throw Closed() }
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n").map(String.init)
    let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
    return ServerRequest(
      line: lines[0],
      contentLength: length.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0,
      lines: lines
    )
  }

  /// Reads as many bytes of a body.
  func read(_ count: Int, _ receive: (UnsafeRawBufferPointer) -> Void = { _ in }) throws {
    var rest = count
    while rest > 0 {
      if unread.isEmpty { try fill() }
      let piece = unread.prefix(rest)
      buffer.withUnsafeBytes { receive(UnsafeRawBufferPointer(rebasing: $0[piece])) }
      unread = piece.upperBound..<unread.upperBound
      rest -= piece.count
    }
  }

  private func fill() throws {
    let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { throw Closed() }
    unread = 0..<count
  }

  /// Neither reads nor writes any more, until the client or `close` ends the connection.
  func waitUntilClosed() throws {
    let peerClosed: Int16 = 0x2000  // POLLRDHUP
    var state = pollfd(fd: socket, events: peerClosed, revents: 0)
    while poll(&state, 1, 100) == 0 { if isClosed.withLock({ $0 }) { break } }
    throw Closed()
  }

  func write(_ text: String) throws { try write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { throw Closed() }
      rest = rest.dropFirst(count)
    }
  }

  func answer(_ status: Int, _ fields: String = "", body: String = "") throws {
    try write("HTTP/1.1 \(status) X\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }
}

/// A server whose connections are never accepted, so that its clients cannot connect once its queue is full.
final class UnreachableServer {
  let port: UInt16
  private var sockets: [Int32] = []

  init() throws {
    let (listener, port) = try listen(backlog: 0)
    self.port = port
    sockets = [listener]
    for _ in 0..<2 {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
      withLoopbackAddress(port) { _ = connect(client, $0, $1) }
      sockets.append(client)
    }
  }

  deinit { sockets.forEach { close($0) } }
}

/// A port on which nothing listens.
func unusedPort() throws -> UInt16 {
  let (listener, port) = try listen(backlog: 1)
  close(listener)
  return port
}

enum Thread {
  static func detach(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    pthread_create(
      &thread,
      nil,
      { context in
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      },
      Unmanaged.passRetained(Body(body)).toOpaque()
    )
    pthread_detach(thread)
  }

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}

private struct SocketError: Error {
  let code = errno
}

private func listen(backlog: Int32) throws -> (listener: Int32, port: UInt16) {
  let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  guard listener >= 0, withLoopbackAddress(0, { bind(listener, $0, $1) }) == 0, Glibc.listen(listener, backlog) == 0
  else { throw SocketError() }
  var (address, size) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
  let result = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
  }
  guard result == 0 else { throw SocketError() }
  return (listener, UInt16(bigEndian: address.sin_port))
}

@discardableResult
private func withLoopbackAddress<Result>(
  _ port: UInt16,
  _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
  }
}
