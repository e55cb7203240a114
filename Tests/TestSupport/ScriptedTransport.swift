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

  /// All requests so far, in order.
  package var requests: [HTTPRequest] { seen.withLock { $0 } }
  package var urls: [String] { requests.map(\.url) }

  package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    seen.withLock { $0.append(request) }
    switch await answer(request) {
    case .status(let status, let fields, let body, let retryAfter):
      var response = HTTPResponse(status: status, fields: fields, body: Array(body.utf8))
      response.retryAfter = retryAfter
      return response
    case .redirect(let url, let status):
      var response = HTTPResponse(status: status)
      response.redirectURL = url
      return response
    case .failure(let error): throw error
    case nil:
      Issue.record("unexpected \(request.method.rawValue) \(request.url)")
      throw UnexpectedRequest()
    }
  }
}

private struct UnexpectedRequest: Error {}

private final class Script: Sendable {
  private let rest: Mutex<[ScriptedTransport.Answer]>
  init(_ answers: [ScriptedTransport.Answer]) { rest = Mutex(answers) }

  func next() -> ScriptedTransport.Answer? { rest.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}
