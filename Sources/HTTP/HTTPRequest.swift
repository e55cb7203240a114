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
  /// Which part of the timeout making the connection may take. Without TLS, where a connection alone says nothing, also how
  /// long the server may take to respond.
  package var timeoutShare = 1.0
  /// How long the server may be busy with the request once it has received all of it; if not zero, at least as long as sending
  /// it took. The timeout begins after that.
  package var processingTime = Duration.zero
  /// True if the scheme of the URL counts also where requests to the same host go in plain HTTP: a server has named the URL
  /// for something that is not for everyone to read.
  package var keepsScheme = false
  /// In bytes: a longer response is an error, so that no server can fill the memory. Does not limit what goes to `sink`.
  package var bodyLimit = HTTPRequest.usualBodyLimit
  /// Receives the body of a successful response; nil to collect it in `HTTPResponse.body`.
  package var sink: HTTPSink?
  /// False if the request must not simply be sent again after an error: it would do something twice, or its sender knows a
  /// better way to go on. At first true for the methods that RFC 9110 §9.2.2 calls idempotent.
  package var isRepeatable: Bool
  /// Whether the metrics of the response include the server's certificate, and the version of TLS.
  package var reportsCertificate = false
  /// True to make the connection, with TLS, and send nothing. There is no response then: its status is 0.
  package var connectsOnly = false

  /// 4 MiB: what the distribution specification asks every registry to accept as a manifest.
  package static let usualBodyLimit = 4 << 20

  package init(_ method: Method, _ url: String, fields: HTTPFields = [:], body: HTTPBody) {
    self.method = method
    self.url = url
    self.fields = fields
    self.body = body
    isRepeatable = method.isIdempotent
  }

  package init(_ method: Method, _ url: String, fields: HTTPFields = [:], body: [UInt8] = []) {
    self.init(method, url, fields: fields, body: .bytes(body))
  }

  /// True if the body or the response is not in memory as a whole.
  package var isStreamed: Bool { body.bytes == nil || sink != nil }

  /// RFC 9110 §9.3, RFC 5789.
  package enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case put = "PUT"
    case post = "POST"
    case patch = "PATCH"
    case delete = "DELETE"

    fileprivate var isIdempotent: Bool {
      switch self {
      case .get, .head, .put, .delete: true
      case .post, .patch: false
      }
    }
  }
}
