package struct HTTPRequest: Sendable {
  package var method: Method
  /// Absolute, with `http` or `https`.
  package var url: String
  package var fields: HTTPFields
  package var body: [UInt8]
  /// How the server must prove who it is.
  package var tls = TLSSettings()
  /// In bytes: a longer answer is an error, so that no server can fill the memory.
  package var bodyLimit = HTTPRequest.usualBodyLimit

  /// 4 MiB: what the distribution specification asks every registry to accept as a manifest.
  package static let usualBodyLimit = 4 << 20

  package init(_ method: Method, _ url: String, fields: HTTPFields = [:], body: [UInt8] = []) {
    self.method = method
    self.url = url
    self.fields = fields
    self.body = body
  }

  package enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case put = "PUT"
    case post = "POST"
    case patch = "PATCH"
    case delete = "DELETE"
  }
}

package struct HTTPResponse: Sendable {
  package var status: Int
  package var fields: HTTPFields
  package var body: [UInt8]
  /// Where a redirect leads, as an absolute URL; nil for other answers.
  package var redirectURL: String?
  package var metrics = HTTPMetrics()

  package init(status: Int, fields: HTTPFields = [:], body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }
}

/// What one exchange took, for `--debug`.
package struct HTTPMetrics: Sendable, Hashable {
  package var duration = Duration.zero
  /// True where the request went over a connection that was there already.
  package var reusedConnection = false
  /// Such as `HTTP/2`.
  package var version = ""
  /// Such as `TLSv1.3`, where a TLS connection was made for this request; empty otherwise, or if nobody wants to know.
  package var tls = ""

  package init() {}
}

/// How a server must prove who it is, and how this side proves who it is.
package struct TLSSettings: Sendable, Hashable {
  /// False where anybody may answer: for registries that the user called insecure.
  package var verifiesServer = true
  /// PEM files of certificate authorities that are trusted besides the system's.
  package var authorities: [String] = []
  package var client: ClientCertificate?

  package init() {}

  /// Paths of PEM files.
  package struct ClientCertificate: Sendable, Hashable {
    package let certificate: String
    package let key: String

    package init(certificate: String, key: String) {
      self.certificate = certificate
      self.key = key
    }
  }
}
