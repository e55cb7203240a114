import HTTP

/// Follows redirects of what is read: registries hand out blobs from other hosts.
///
/// The proof of who is asking is for the host that was asked, and goes to no other (RFC 9110 §15.4): a storage service
/// would refuse it at best, and keep it at worst.
struct RedirectingTransport: HTTPTransport {
  let base: any HTTPTransport
  /// True where the user allowed plain HTTP; otherwise nothing leads from `https` to `http`.
  let allowsPlainHTTP: @Sendable () async -> Bool

  private static let limit = 10

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    guard request.method == .get || request.method == .head else { return try await base.send(request) }
    let registry = Origin(url: request.url)
    var request = request
    for _ in 0...Self.limit {
      let response = try await base.send(request)
      // What another host wants to know is no question of the registry's, and must not be answered with its password.
      if response.status == 401 || response.status == 403, let origin = Origin(url: request.url), origin != registry {
        throw RegistryError.refusedElsewhere(host: origin.description, status: response.status)
      }
      guard (300..<400).contains(response.status), let next = response.redirectURL else { return response }
      guard let from = Origin(url: request.url), let to = Origin(url: next) else {
        throw RegistryError.redirect(from: request.url, to: next, "which is no http or https address")
      }
      if from != to { request.fields["Authorization"] = nil }
      if from.isSecure, !to.isSecure, await !allowsPlainHTTP() {
        throw RegistryError.redirect(from: request.url, to: next, "which is plain HTTP")
      }
      request.url = next
    }
    throw RegistryError.redirect(from: request.url, to: request.url, "and so on: \(Self.limit) redirects are enough")
  }
}
