/// A complete response, of any status.
package struct HTTPResponse: Sendable {
  package var status: Int
  package var fields: HTTPFields
  /// Empty where the body went to the request's sink.
  package var body: [UInt8]
  /// The target of a redirect as an absolute URL; nil for other responses.
  package var redirectURL: String?
  /// How long the server asks to wait before the next attempt, by `Retry-After` (RFC 9110 §10.2.3). Zero for a date in
  /// the past and for a value that is neither a number nor a date; nil without the field.
  package var retryAfter: Duration?
  package var metrics = HTTPMetrics()

  package init(status: Int, fields: HTTPFields = [:], body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  package var isSuccess: Bool { (200..<300).contains(status) }
}

/// What one exchange took, for `--debug`.
package struct HTTPMetrics: Sendable, Hashable {
  package var duration = Duration.zero
  /// True if the request was sent over a connection that existed already.
  package var reusedConnection = false
  /// Such as `HTTP/2`.
  package var version = ""
  /// Such as `TLSv1.3`, if a TLS connection was made for this request and the transport reports versions; else empty.
  package var tls = ""
  /// The IP address of the server, or of the proxy; empty if it is not known.
  package var address = ""
  /// True if a proxy passed the request on.
  package var isProxied = false
  /// The server's, if the request asked for it and a TLS connection was made for it.
  package var certificate: ServerCertificate?

  package init() {}
}
