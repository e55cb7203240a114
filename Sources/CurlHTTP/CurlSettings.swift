import HTTP

/// What is the same for all requests.
package struct CurlSettings: Sendable {
  let userAgent: String
  /// How long making a connection may take, and how long a connection may be idle during a request.
  let timeout: Duration
  let proxy: @Sendable (Origin) throws -> Proxy?
  let authorities: SystemAuthorities
  let onUnusable: @Sendable (UnusableCertificates) -> Void
  /// Whether the metrics of a response include the version of TLS: libcurl reports it in its verbose mode only.
  let reportsTLSVersion: Bool

  /// - Parameter onUnusable: Called once for certificates that cannot be used; requests are sent without them.
  package init(
    userAgent: String,
    timeout: Duration,
    reportsTLSVersion: Bool = false,
    authorities: SystemAuthorities = SystemAuthorities(),
    proxy: @escaping @Sendable (Origin) throws -> Proxy? = { _ in nil },
    onUnusable: @escaping @Sendable (UnusableCertificates) -> Void = { _ in }
  ) {
    self.userAgent = userAgent
    self.timeout = timeout
    self.reportsTLSVersion = reportsTLSVersion
    self.authorities = authorities
    self.onUnusable = onUnusable
    self.proxy = proxy
  }
}
