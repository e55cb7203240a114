import CCurl
import Glibc
import HTTP
import LocalSystem

/// What libcurl says of a transfer that did not end well.
struct CurlFailure {
  let code: CURLcode
  /// libcurl's own words.
  let detail: String
  let host: String
  /// The system's error code; 0 where it had nothing to say.
  var systemError = 0
  /// OpenSSL's X509_V_ERR_… code; 0 where it found nothing wrong.
  var verification = 0
  var proxy: Proxy?
  /// The status with which a proxy answered; 0 if none did.
  var proxyStatus = 0
  /// As `verification`, of the proxy's certificate.
  var proxyVerification = 0
  /// True once the connection, with TLS where there is TLS, had been made.
  var wasConnected = false
  /// Why this side ended the last TLS handshake, in OpenSSL's name for it; empty if it is not known.
  var alert = ""
  /// Where the authorities are from that were to be trusted besides the system's.
  var authorities: [String] = []
}

extension TransportError {
  init(_ failure: CurlFailure) {
    let (host, detail) = (failure.host, failure.detail)
    if let proxy = failure.proxy, let reason = failure.proxyReason {
      self = .proxy(proxy.url, reason: reason)
      return
    }
    switch failure.code {
    case CURLE_COULDNT_RESOLVE_HOST: self = .unknownHost(host)
    case CURLE_COULDNT_CONNECT: self = .cannotConnect(host: host, reason: failure.connectReason)
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut(host: host, reason: detail)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
      self = .untrusted(host: host, TrustProblem(failure.verification, detail))
    case CURLE_SSL_CACERT_BADFILE where !failure.authorities.isEmpty:
      self = .authorities(place: failure.authorities.joined(separator: ", "), reason: detail)
    case CURLE_SSL_CONNECT_ERROR:
      if let problem = TrustProblem(alert: failure.alert) {
        self = .untrusted(host: host, problem)
      } else if failure.isOfOtherProtocol {
        self = .notTLS(host: host)
      } else if ["Connection reset", "SSL_ERROR_SYSCALL", "unexpected eof"].contains(where: detail.contains) {
        self = .cut(host: host, reason: detail)
      } else {
        self = .tls(host: host, reason: failure.tlsReason)
      }
    case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      // With TLS 1.3 a client certificate is asked for after the handshake, and missed only when reading.
      self =
        detail.contains("certificate required")
        ? .tls(host: host, reason: failure.tlsReason)
        : .cut(host: host, reason: detail)
    default: self = .other(host: host, reason: detail)
    }
  }
}

extension TrustProblem {
  /// The numbers are OpenSSL's (x509_vfy.h), and have not changed since they were given.
  fileprivate init(_ verification: Int, _ detail: String) {
    switch verification {
    case 2, 18, 19, 20, 21: self = .unknownAuthority
    case 9: self = .notYetValid
    case 10: self = .expired
    case 62, 64: self = .wrongName
    // libcurl compares the name itself, with its own words and without a number.
    case _ where detail.contains("subject name"): self = .wrongName
    default: self = .other(detail)
    }
  }
}

extension TrustProblem {
  /// What libcurl does not know itself: within the TLS of a proxy, older ones lose OpenSSL's reason.
  fileprivate init?(alert: String) {
    switch alert {
    case "unknown CA": self = .unknownAuthority
    case "certificate expired": self = .expired
    default: return nil
    }
  }
}

extension CurlFailure {
  fileprivate var proxyReason: String? {
    switch code {
    case CURLE_COULDNT_RESOLVE_PROXY: "no address is known for its name"
    case CURLE_COULDNT_CONNECT: "cannot connect to it: \(connectReason)"
    case _ where proxyStatus == 407:
      "it wants a name and a password: set HTTPS_PROXY to http://NAME:PASSWORD@HOST:PORT, with % for special characters"
    case CURLE_OPERATION_TIMEDOUT where !wasConnected && proxyStatus == 0: "it took too long: \(detail)"
    case _ where proxyStatus >= 400: "it answered \(proxyStatus)"
    // Where it has answered, it let the request through, and what failed is the TLS inside.
    case _ where proxy?.isSecure == true && proxyStatus == 0: proxyTLSReason
    default: nil
    }
  }

  private var proxyTLSReason: String? {
    switch code {
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
      switch TrustProblem(proxyVerification, detail) {
      case .unknownAuthority:
        "\(TrustProblem.unknownAuthority). If it is your own, name its certificate in \(SystemAuthorities.fileVariable)"
      case let problem: "\(problem)"
      }
    case CURLE_SSL_CONNECT_ERROR:
      isOfOtherProtocol ? "it does not speak TLS (https) on this port. Is it http:// instead?" : detail
    default: nil
    }
  }

  /// OpenSSL's words for bytes that are not TLS: it reads the H of an HTTP answer as a version.
  fileprivate var isOfOtherProtocol: Bool { detail.contains("wrong version number") }

  /// The system's words are shorter than libcurl's, and say more.
  fileprivate var connectReason: String {
    systemError == 0 ? detail : "\(SystemError(code: Int32(systemError)))"
  }

  fileprivate var tlsReason: String {
    if detail.contains("unsupported protocol") || detail.contains("protocol version") {
      return "it speaks only old versions of TLS, and 1.2 is the oldest that is safe"
    }
    if detail.contains("certificate required") || detail.contains("handshake failure") {
      return "it may want a certificate of yours (NAME.cert and NAME.key in /etc/docker/certs.d/\(host)/): \(detail)"
    }
    return detail
  }
}
