import CCurl
import HTTP
import LocalSystem
import Synchronization

/// Sends requests with libcurl: all of them through one multi handle, so that connections are shared and HTTP/2 carries
/// many requests at a time, and all on one thread, which starts with the first request and ends with this object.
package final class CurlTransport: HTTPTransport {
  private let settings: CurlSettings
  private let startedLoop = Mutex<CurlLoop?>(nil)

  package init(_ settings: CurlSettings) { self.settings = settings }

  /// Begins to load libcurl, with the libraries that it needs, on a thread of its own: that takes as long as all that is done
  /// before the first request. A failure is reported by the first request.
  package static func preload() { try? DetachedThread.start { _ = ccurl_error() } }

  /// The file with the system's certificate authorities; nil if this libcurl does not know one, or cannot be loaded.
  package static var systemAuthorities: String? {
    guard ccurl_error() == nil else { return nil }
    return ccurl_default_ca_file().map { String(cString: $0) }
  }

  deinit { startedLoop.withLock { $0?.submit(.stop) } }

  /// When this returns or throws, the request's stream and sink are not used any more.
  ///
  /// - Throws: `TransportError`, `TooFewThreads`, `HTTPBodyError`, or what the request's stream or sink has thrown.
  package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    try Task.checkCancellation()
    let loop = try runningLoop()
    var request = request
    if case .stream(0, let open) = request.body {
      // libcurl never asks for the bytes of an empty body.
      for try await piece in try await open() where !piece.isEmpty { throw HTTPBodyError.tooLong(expected: 0) }
      request.body = .bytes([])
    }
    let transfer = CurlTransfer(request)
    return request.isStreamed
      ? try await StreamedExchange(loop: loop, transfer: transfer).run()
      : try await loop.run(transfer)
  }

  private func runningLoop() throws -> CurlLoop {
    try startedLoop.withLock { startedLoop in
      if let startedLoop { return startedLoop }
      let loop = try CurlLoop(settings)
      try loop.start()
      startedLoop = loop
      return loop
    }
  }
}
