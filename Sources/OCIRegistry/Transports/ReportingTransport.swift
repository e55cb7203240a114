import HTTP

/// Reports each exchange, when it begins and when it ends, and remembers the secrets that were sent.
struct ReportingTransport: HTTPTransport {
  let base: any HTTPTransport
  let secrets: KnownSecrets
  let onEvent: @Sendable (RegistryEvent) -> Void

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let host = Origin(url: request.url)?.description ?? redacted(request.url)
    secrets.add(from: request)
    onEvent(.sending(to: host))
    let result: Result<HTTPResponse, any Error>
    do { result = .success(try await base.send(request)) } catch { result = .failure(error) }
    onEvent(.exchanged(RegistryEvent.Exchange(request, to: host, result)))
    return try result.get()
  }
}
