import HTTP

/// Follows redirects of what is read: registries hand out blobs from other hosts. What is written goes to the same origin
/// only, and as it is (307 and 308, RFC 9110 §15.4.8).
///
/// `Authorization` and the client certificate are for the origin that was asked, and are sent to no other (RFC 9110 §15.4):
/// a storage service would refuse them at best, and keep them at worst. For the same reason, what another origin says
/// about authentication, and where to go next, is removed from its response, whatever its status: a storage service could
/// name a token server that gets the password.
struct RedirectingTransport: HTTPTransport {
  let base: any HTTPTransport
  /// True where the user allowed plain HTTP; otherwise nothing leads from `https` to `http`.
  let allowsPlainHTTP: @Sendable (_ url: String) async -> Bool

  private static let limit = 10
  /// Of a response, those that lead to requests with the credential. They count only if the registry itself sends them.
  private static let fieldsOfTheRegistry = ["WWW-Authenticate", "Link", "Location"]

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let isRead = request.method == .get || request.method == .head
    guard isRead || !request.isStreamed else { return try await base.send(request) }
    let (first, registry) = (request.url, Origin(url: request.url))
    var request = request
    for _ in 0...Self.limit {
      var response = try await base.send(request)
      if Origin(url: request.url) != registry {
        try response.checkNotRefused(elsewhere: request.url, from: first)
        let hasNextPage = nextPage(in: response.fields) != nil
        for name in Self.fieldsOfTheRegistry { response.fields[name] = nil }
        // It is not read, but it must be known that there is one.
        if hasNextPage { response.fields["Link"] = "<about:blank>; rel=\"next\"" }
      }
      guard (300..<400).contains(response.status), let redirectURL = response.redirectURL else { return response }
      let isOwn = Origin(url: redirectURL) == registry && [307, 308].contains(response.status)
      guard isRead || isOwn else { return response }
      let next = try await nextURL(from: request.url, to: redirectURL, allowsPlainHTTP: allowsPlainHTTP)
      if Origin(url: next) != Origin(url: request.url) {
        request.fields["Authorization"] = nil
        request.tls.mayHaveClient = false
      }
      request.url = next
    }
    throw RegistryError.redirect(from: first, to: request.url, "after more than \(Self.limit) redirects")
  }
}
