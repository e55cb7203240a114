import Glibc
import LocalSystem
import Testing

@Suite struct ConnectionTestTests {
  /// A socket on a free port of 127.0.0.1.
  private struct Listener: ~Copyable {
    let socket: Int32
    let port: Int

    init(listens: Bool) {
      socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      port = withUnsafeMutablePointer(to: &address) { [socket] pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(socket, $0, size)
          getsockname(socket, $0, &size)
        }
        return Int(pointer.pointee.sin_port.bigEndian)
      }
      if listens { listen(socket, 1) }
    }

    deinit { close(socket) }
  }

  @Test func eachAddressHasAResult() async {
    let listener = Listener(listens: true)
    let tests = await ConnectionTest.run(["127.0.0.1", "::1", "no address"], port: listener.port, within: .seconds(5))
    #expect(tests.map(\.address) == ["127.0.0.1", "::1", "no address"])
    #expect(throws: Never.self) { try tests[0].result.get() }
    for test in tests[1...] { #expect(throws: SystemError.self) { try test.result.get() } }
    let other = await ConnectionTest.run(["127.0.0.1"], port: listener.port + 65536, within: .seconds(5))
    #expect(throws: SystemError(code: EADDRNOTAVAIL)) { try other[0].result.get() }
  }

  @Test(.timeLimit(.minutes(5))) func aRefusedConnectionIsNotWaitedFor() async {
    let closed = Listener(listens: false)
    let tests = await ConnectionTest.run(["127.0.0.1"], port: closed.port, within: .seconds(3600))
    #expect(throws: SystemError(code: ECONNREFUSED)) { try tests[0].result.get() }
  }

  @Test func theTimeIsLimited() async throws {
    // The kernel accepts two connections for the program; the third one waits.
    let listener = Listener(listens: true)
    var last: [ConnectionTest] = []
    let held = (0..<3).map { _ in Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0) }
    defer { for socket in held { close(socket) } }
    for socket in held {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      address.sin_port = in_port_t(listener.port).bigEndian
      _ = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
    last = await ConnectionTest.run(["127.0.0.1"], port: listener.port, within: .milliseconds(50))
    #expect(throws: SystemError(code: ETIMEDOUT)) { try last[0].result.get() }
  }
}
