/// One HTTP request.
package struct HTTPRequest: Sendable {
  package var method: Method
  /// Absolute, with `http` or `https`.
  package var url: String
  package var fields: HTTPFields
  /// Sent with PUT, POST and PATCH only.
  package var body: HTTPBody
  /// How the server must prove its identity.
  package var tls = TLSSettings()
  /// The IP addresses to connect to, instead of those that the host name has now; empty to look the name up.
  package var addresses: [String] = []
  /// In bytes: a longer answer is an error, so that no server can fill the memory. Does not limit what goes to `sink`.
  package var bodyLimit = HTTPRequest.usualBodyLimit
  /// Receives the body of a successful answer; nil to collect it in `HTTPResponse.body`.
  package var sink: HTTPSink?

  /// 4 MiB: what the distribution specification asks every registry to accept as a manifest.
  package static let usualBodyLimit = 4 << 20

  package init(_ method: Method, _ url: String, fields: HTTPFields = [:], body: HTTPBody) {
    self.method = method
    self.url = url
    self.fields = fields
    self.body = body
  }

  package init(_ method: Method, _ url: String, fields: HTTPFields = [:], body: [UInt8] = []) {
    self.init(method, url, fields: fields, body: .bytes(body))
  }

  /// True if the body or the answer is not in memory as a whole.
  package var isStreamed: Bool { body.bytes == nil || sink != nil }

  /// RFC 9110 §9.3, RFC 5789.
  package enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case put = "PUT"
    case post = "POST"
    case patch = "PATCH"
    case delete = "DELETE"
  }
}

/// A complete answer, of any status.
package struct HTTPResponse: Sendable {
  package var status: Int
  package var fields: HTTPFields
  /// Empty where the body went to the request's sink.
  package var body: [UInt8]
  /// The target of a redirect as an absolute URL; nil for other answers.
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

  package init() {}
}
