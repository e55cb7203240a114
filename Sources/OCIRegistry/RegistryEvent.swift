import DockerConfig
import HTTP

/// What happens while registries are spoken to. The executable puts it into words.
package enum RegistryEvent: Sendable {
  /// A request is being sent. `exchanged` follows.
  case sending(to: String)
  /// A response came, or there was none.
  case exchanged(Exchange)
  /// The same request, which is named by its method and its redacted URL, will be sent again, after a wait.
  case retrying(String, RetryReason, wait: Duration)
  /// `origin`: where the credential was found, or that there is none.
  case credentialFound(registry: String, origin: String)
  /// A token will be asked for there. The URL is redacted.
  case tokenServer(registry: String, url: String)
  /// The name itself is the reason.
  case mayBeInsecure(registry: String, InsecureRegistries.Reason)
  case addressesMayBeInsecure(registry: String, InsecureRegistries.AddressReason)
  case certificates(registry: String, RegistryCertificates)
  /// Certificates of a registry that cannot be used. It is spoken to without them.
  case certificatesUnusable(SettingsError)
  /// An insecure registry could not be spoken to in HTTPS.
  case tryingPlainHTTP(registry: String, after: TransportError)
  /// An insecure registry answered, in plain HTTP or in HTTPS with an unverified certificate.
  case modeFound(registry: String, isPlainHTTP: Bool)
  /// The mirror answered, and not with what was asked for.
  case mirrorHasNoAnswer(url: String, status: Int)
  case mirrorFailed(url: String, any Error)

  package enum RetryReason: Sendable, Hashable {
    case status(Int)
    case transport(TransportError)
  }

  /// A request, and what came of it. Bodies are not in it, and of a query and of header fields only what is known to be no
  /// secret.
  package struct Exchange: Sendable {
    /// With the port where it is not the scheme's default, as in `sending`.
    package let host: String
    package let method: HTTPRequest.Method
    /// Redacted.
    package let url: String
    /// Of the request. Values that may be secret are replaced with `***`.
    package let fields: HTTPFields
    package let result: Result<Answer, any Error>

    package struct Answer: Sendable, Hashable {
      package let status: Int
      /// As those of the request.
      package let fields: HTTPFields
      /// Of the body, in bytes.
      package let size: Int
      package let metrics: HTTPMetrics
    }

    init(_ request: HTTPRequest, to host: String, _ result: Result<HTTPResponse, any Error>) {
      self.host = host
      method = request.method
      url = redacted(request.url)
      fields = RedactedFields.ofRequest(request.fields)
      self.result = result.map { response in
        let fields = RedactedFields.ofResponse(response.fields)
        return Answer(status: response.status, fields: fields, size: response.body.count, metrics: response.metrics)
      }
    }
  }
}
