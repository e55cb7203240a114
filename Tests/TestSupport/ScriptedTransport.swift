import HTTP
import Synchronization
import Testing

/// Answers requests from a script, and records them. A request that the script does not expect fails the test, even if
/// the code under test ignores the error.
package final class ScriptedTransport: HTTPTransport {
  package enum Answer: Sendable {
    case status(Int, HTTPFields = [:], body: String = "", retryAfter: Duration? = nil)
    case redirect(String, status: Int = 307)
    case failure(TransportError)
    /// The connection ends after this part of the body.
    case broken(Int, HTTPFields = [:], body: String)
  }

  private let answer: @Sendable (HTTPRequest) async -> Answer?
  private let seen = Mutex<[HTTPRequest]>([])

  /// - Parameter answer: Returns nil for a request that must not be sent.
  package init(answer: @escaping @Sendable (HTTPRequest) async -> Answer?) { self.answer = answer }

  /// Gives these answers in order, whatever the requests are.
  package convenience init(_ answers: [Answer]) {
    let rest = Script(answers)
    self.init { _ in rest.next() }
  }

  /// All requests so far, in order. A streamed body is collected, and is empty if its stream threw an error.
  package var requests: [HTTPRequest] { seen.withLock { $0 } }
  package var urls: [String] { requests.map(\.url) }

  package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    // A network takes its time: a credential has been looked up before the first answer comes.
    try await Task.sleep(for: .milliseconds(1))
    let index = seen.withLock { seen in
      seen.append(request)
      return seen.count - 1
    }
    if case .stream(let length, let open) = request.body {
      seen.withLock { $0[index].body = .bytes([]) }
      let body = try await collect(open, length)
      seen.withLock { $0[index].body = .bytes(body) }
    }
    switch await answer(seen.withLock { $0[index] }) {
    case .status(let status, let fields, let body, let retryAfter):
      var response = HTTPResponse(status: status, fields: fields, body: Array(body.utf8))
      response.retryAfter = retryAfter
      return try await deliver(response, to: request.sink)
    case .redirect(let url, let status):
      var response = HTTPResponse(status: status)
      response.redirectURL = url
      return response
    case .failure(let error): throw error
    case .broken(let status, let fields, let body):
      _ = try await deliver(HTTPResponse(status: status, fields: fields, body: Array(body.utf8)), to: request.sink)
      throw TransportError.cut(host: "r.example", reason: "reset")
    case nil:
      Issue.record("unexpected \(request.method.rawValue) \(request.url)")
      throw UnexpectedRequest()
    }
  }
}

private func collect(
  _ open: @Sendable () async throws -> any AsyncSequence<[UInt8], any Error>,
  _ length: Int
) async throws -> [UInt8] {
  var body: [UInt8] = []
  for try await piece in try await open() { body += piece }
  guard body.count >= length else { throw HTTPBodyError.tooShort(length: body.count, expected: length) }
  guard body.count == length else { throw HTTPBodyError.tooLong(expected: length) }
  return body
}

/// In pieces of two bytes; a long body in sixteen.
private func deliver(_ response: HTTPResponse, to sink: HTTPSink?) async throws -> HTTPResponse {
  guard let sink, response.isSuccess else { return response }
  var head = response
  head.body = []
  let write = try await sink.open(head)
  let size = max(2, response.body.count / 16)
  for start in stride(from: 0, to: response.body.count, by: size) {
    try await write(Array(response.body[start..<min(start + size, response.body.count)]))
  }
  return head
}

private struct UnexpectedRequest: Error {}

private final class Script: Sendable {
  private let rest: Mutex<[ScriptedTransport.Answer]>
  init(_ answers: [ScriptedTransport.Answer]) { rest = Mutex(answers) }

  func next() -> ScriptedTransport.Answer? { rest.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
