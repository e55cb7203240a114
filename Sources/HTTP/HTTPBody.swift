/// The body of a request.
package enum HTTPBody: Sendable {
  case bytes([UInt8])
  /// A body that is not in memory as a whole, such as a blob.
  ///
  /// `length` is in bytes and is sent as Content-Length. A stream that ends earlier or later than that ends the request
  /// with `HTTPBodyError`, before the server could take it for complete.
  ///
  /// `open` begins at the first byte. It is called for each attempt: a retry, a redirect and a connection that broke
  /// each open the stream again. It is read only as fast as it is sent, so at most three pieces are in memory. What `open` or the stream throws ends the request.
  case stream(length: Int, open: @Sendable () async throws -> any AsyncSequence<[UInt8], any Error>)

  /// In bytes.
  package var length: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .stream(let length, _): length
    }
  }

  /// Nil for a stream.
  package var bytes: [UInt8]? {
    switch self {
    case .bytes(let bytes): bytes
    case .stream: nil
    }
  }
}

/// Receives the body of a response as it arrives, instead of `HTTPResponse.body`.
///
/// Only the body of a successful response (2xx) goes to a sink. That of a redirect or an error is collected as usual.
package struct HTTPSink: Sendable {
  /// Receives the next bytes. The transfer pauses until it returns; what it throws ends the request.
  package typealias Writer = @Sendable ([UInt8]) async throws -> Void

  /// Called for each attempt that gets a successful response, also if its body is empty, with the response's status and fields.
  /// What it throws ends the request.
  package let open: @Sendable (_ head: HTTPResponse) async throws -> Writer

  package init(open: @escaping @Sendable (_ head: HTTPResponse) async throws -> Writer) { self.open = open }
}

/// A streamed request body is not as long as was announced, in bytes.
package enum HTTPBodyError: Error, Hashable {
  case tooShort(length: Int, expected: Int)
  case tooLong(expected: Int)
}

extension HTTPBodyError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tooShort(let length, let expected): "the data to send ended after \(length) of \(expected) bytes"
    case .tooLong(let expected): "the data to send is longer than the expected \(expected) bytes"
    }
  }
}
