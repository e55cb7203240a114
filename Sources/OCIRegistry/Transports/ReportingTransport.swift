import HTTP

/// Reports each exchange, for `--debug`.
struct ReportingTransport: HTTPTransport {
  let base: any HTTPTransport
  let onEvent: @Sendable (RegistryEvent) -> Void

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let result: Result<HTTPResponse, any Error>
    do { result = .success(try await base.send(request)) } catch { result = .failure(error) }
    onEvent(.exchanged(RegistryEvent.Exchange(request, result)))
    return try result.get()
  }
}
