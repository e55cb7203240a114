import CCurl
import HTTP

extension TransportError {
  /// - Parameter detail: libcurl's own words.
  init(_ code: CURLcode, detail: String, host: String) {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: self = .unknownHost(host)
    case CURLE_COULDNT_CONNECT: self = .cannotConnect(host: host, reason: detail)
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut(host: host, reason: detail)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR: self = .untrusted(host: host, reason: detail)
    case CURLE_SSL_CONNECT_ERROR:
      // OpenSSL's words for bytes that are not TLS: it reads the H of an HTTP answer as a version.
      self = detail.contains("wrong version number") ? .notTLS(host: host) : .tls(host: host, reason: detail)
    case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      self = .cut(host: host, reason: detail)
    default: self = .other(host: host, reason: detail)
    }
  }
}
