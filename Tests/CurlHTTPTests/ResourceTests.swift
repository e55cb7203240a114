import HTTP
import Testing

@testable import CurlHTTP

/// Memory, descriptors and objects, each in a process of its own: those of other tests would count. One after the other,
/// since waiting for such a process blocks a thread of the others.
@Suite(.serialized) struct ResourceTests {
  private static let gibibyte = Pieces(count: (1 << 30) / Pieces.size)
  private static let memoryLimit = 16 << 20

  @Test func uploadOfOneGiBTakesLittleMemory() async {
    await #expect(processExitsWith: .success) {
      let hash = try SharedHash()
      let server = try LoopbackServer { connection, request in
        try connection.read(request.contentLength, hash.update)
        try connection.answer(201)
      }
      let transport = makeTransport()
      _ = try await transport.send(HTTPRequest(.put, server.url))
      let before = memory("VmRSS")
      let response = try await transport.send(HTTPRequest(.put, server.url, body: Self.gibibyte.stream()))
      let additional = memory("VmHWM") - before
      #expect(response.status == 201)
      #expect(hash.count == Self.gibibyte.length)
      #expect(try hash.finish() == Self.gibibyte.hash())
      #expect(additional < Self.memoryLimit)
    }
  }

  @Test func downloadOfOneGiBTakesLittleMemory() async {
    await #expect(processExitsWith: .success) {
      let server = try LoopbackServer { connection, request in
        let pieces = request.path == "/small" ? Pieces(count: 1) : Self.gibibyte
        try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(pieces.length)\r\n\r\n")
        for index in 0..<pieces.count { try connection.write(pieces.piece(index)) }
      }
      let transport = makeTransport()
      let hash = try SharedHash()
      var request = HTTPRequest(.get, "\(server.url)/small")
      _ = try await transport.send(request)
      request.url = server.url
      request.sink = HTTPSink { _ in { bytes in bytes.withUnsafeBytes { hash.update($0) } } }
      let before = memory("VmRSS")
      let response = try await transport.send(request)
      let additional = memory("VmHWM") - before
      #expect(response.body.isEmpty)
      #expect(hash.count == Self.gibibyte.length)
      #expect(try hash.finish() == Self.gibibyte.hash())
      #expect(additional < Self.memoryLimit)
    }
  }

  @Test func cancelledTransfersLeaveNothingBehind() async {
    await #expect(processExitsWith: .success) {
      let before = try openDescriptors()
      let server = try LoopbackServer { connection, request in
        if request.line.hasPrefix("PUT") { try connection.read(request.contentLength) }
        try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(1 << 40)\r\n\r\n")
        while true { try connection.write(Pieces(count: 1).piece(0)) }
      }
      weak var weakLoop: CurlLoop?
      weak var weakTransfer: CurlTransfer?
      do {
        let loop = try CurlLoop(CurlSettings(userAgent: "test", timeout: .seconds(30)))
        try loop.start()
        weakLoop = loop
        let moved = Counter()
        var download = HTTPRequest(.get, server.url)
        download.sink = HTTPSink { _ in { moved.increment(by: $0.count) } }
        let upload = HTTPRequest(.put, server.url, body: Pieces(count: 1 << 20).stream { _ in moved.increment() })
        for request in [download, upload] {
          let transfer = CurlTransfer(request)
          weakTransfer = transfer
          let start = moved.value
          let task = Task { [transfer] in try await StreamedExchange(loop: loop, transfer: transfer).run() }
          #expect(try await eventually { moved.value > start + 10 })
          task.cancel()
          await #expect(throws: CancellationError.self) { try await task.value }
        }
        loop.submit(.stop)
      }
      #expect(try await eventually { weakTransfer == nil && weakLoop == nil })
      server.stop()
      #expect(try await eventually { try openDescriptors() <= before })
    }
  }
}
