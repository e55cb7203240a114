import CCurl
import Glibc
import HTTP
import LocalSystem

/// What libcurl reports about a transfer that failed.
struct CurlFailure {
  let code: CURLcode
  /// libcurl's own message.
  let detail: String
  let host: String
  /// The system's error code; 0 if there is none.
  var systemError = 0
  /// OpenSSL's X509_V_ERR_… code; 0 if it found no error.
  var verification = 0
  var proxy: Proxy?
  /// The status of the proxy's own response, to CONNECT or to a request in plain HTTP; 0 if there was none.
  var proxyStatus = 0
  /// The authentication schemes that the proxy offered, as `CURLAUTH_` bits; 0 if it offered none that libcurl knows.
  var proxySchemes = 0
  /// A `CURLPX_` code of a SOCKS proxy.
  var proxyError = 0
  /// As `verification`, of the proxy's certificate.
  var proxyVerification = 0
  /// True if the connection, including TLS, had been made.
  var wasConnected = false
  /// True if the addresses of the host, or of the proxy, were known.
  var wasResolved = false
  /// True if the server speaks TLS.
  var usesTLS = false
  /// From the beginning of the transfer on.
  var duration = Duration.zero
  /// The time after which the system's resolver gives up a name server that does not respond, less a second. libcurl does
  /// not tell this from a name that does not exist.
  ///
  /// https://man7.org/linux/man-pages/man5/resolv.conf.5.html, "timeout"
  static let nameServerTimeout = Duration.seconds(4)
  /// How long making the connection was allowed to take.
  var connectTimeout = Duration.zero
  /// The TLS alert with which this side ended the last handshake, by OpenSSL's name; empty if it is not known.
  var alert = ""
  /// What cannot be used of the certificates for the server, and for the proxy.
  var unusable: [UnusableCertificates] = []
  var proxyUnusable: [UnusableCertificates] = []
}

extension TransportError {
  init(_ failure: CurlFailure) {
    let (host, detail) = (failure.host, failure.detail)
    if let proxy = failure.proxy, let problem = failure.proxyProblem(proxy) {
      self = .proxy(proxy.url, problem, unusable: failure.proxyUnusable)
      return
    }
    switch failure.code {
    case CURLE_COULDNT_RESOLVE_HOST where failure.duration >= CurlFailure.nameServerTimeout:
      self = .timedOut(host: host, reason: "no name server answered the query for its address", stage: .lookup)
    case CURLE_COULDNT_RESOLVE_HOST: self = .unknownHost(host)
    case CURLE_COULDNT_CONNECT: self = .cannotConnect(host: host, reason: failure.connectReason)
    case CURLE_OPERATION_TIMEDOUT:
      let stage: Stage = failure.wasResolved ? .connection : .lookup
      self = .timedOut(host: host, reason: failure.timeoutReason, stage: stage)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
      self = .untrusted(host: host, TrustProblem(failure.verification, detail), unusable: failure.unusable)
    case CURLE_SSL_CONNECT_ERROR:
      if let problem = TrustProblem(alert: failure.alert) {
        self = .untrusted(host: host, problem, unusable: failure.unusable)
      } else if failure.isOtherProtocol {
        self = .notTLS(host: host)
      } else if ["Connection reset", "SSL_ERROR_SYSCALL", "unexpected eof"].contains(where: detail.contains) {
        self = .cut(host: host, reason: detail)
      } else {
        self = .tls(host: host, reason: failure.tlsReason, unusable: failure.unusable)
      }
    case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      // With TLS 1.3 a missing client certificate is reported after the handshake, when reading.
      self =
        detail.contains("certificate required")
        ? .tls(host: host, reason: failure.tlsReason, unusable: failure.unusable)
        : .cut(host: host, reason: detail)
    // It would have sent the request again.
    case CURLE_SEND_FAIL_REWIND, CURLE_ABORTED_BY_CALLBACK:
      self = .cut(host: host, reason: "it ended before the response")
    // libcurl limits the length of a field, and has no other code for it.
    case CURLE_OUT_OF_MEMORY:
      self = .other(host: host, reason: "a URL or a header field is too long, or there is no memory")
    default: self = .other(host: host, reason: detail)
    }
  }
}

extension TrustProblem {
  /// The numbers are those of OpenSSL's x509_vfy.h, which never change.
  fileprivate init(_ verification: Int, _ detail: String) {
    switch verification {
    case 2, 18, 19, 20, 21: self = .unknownAuthority
    case 9: self = .notYetValid
    case 10: self = .expired
    case 62, 64: self = .wrongName
    // libcurl compares the name itself, and reports a message without a number.
    case _ where detail.contains("subject name"): self = .wrongName
    default: self = .other(detail)
    }
  }
}

extension TrustProblem {
  /// For connections inside a proxy's TLS, where older versions of libcurl lose the reason.
  fileprivate init?(alert: String) {
    switch alert {
    case "unknown CA": self = .unknownAuthority
    case "certificate expired": self = .expired
    default: return nil
    }
  }
}

extension CurlFailure {
  fileprivate func proxyProblem(_ proxy: Proxy) -> ProxyProblem? {
    // Not every proxy that refuses a password returns 407 (RFC 9110 §15.5.8).
    let isRefusedBySOCKS =
      code == CURLE_PROXY && [CURLPX_NO_AUTH, CURLPX_USER_REJECTED].contains { $0.rawValue == proxyError }
    if let unsupported = unsupportedSchemes { return .schemes(unsupported) }
    if isRefusedBySOCKS || [401, 407].contains(proxyStatus) {
      return .credentials(variable: proxy.variable, areRefused: proxy.credential != nil)
    }
    // Anything but a success (RFC 9110 §9.3.6), a redirect too.
    if proxyStatus != 0, !(200..<300).contains(proxyStatus) { return .status(proxyStatus) }
    return proxyReason.map { .other($0) }
  }

  /// The names of the schemes that the proxy offers; nil unless it offers some, and not the one that is supported.
  private var unsupportedSchemes: [String]? {
    guard proxyStatus == 407, proxySchemes != 0, proxySchemes & 1 << 0 == 0 else { return nil }
    // The bits of CURLAUTH_DIGEST, CURLAUTH_NEGOTIATE and CURLAUTH_NTLM, which are macros of unsigned long.
    let names = [(1, "Digest"), (2, "Negotiate"), (3, "NTLM")].filter { proxySchemes & 1 << $0.0 != 0 }.map(\.1)
    return names.isEmpty ? nil : names
  }

  private var proxyReason: String? {
    switch code {
    case CURLE_COULDNT_RESOLVE_PROXY:
      "cannot resolve its host name" + (proxy.map { ", which is set in \($0.variable)" } ?? "")
    case CURLE_COULDNT_CONNECT: "cannot connect to it: \(connectReason)"
    case CURLE_PROXY: detail
    case CURLE_OPERATION_TIMEDOUT where !wasConnected && proxyStatus == 0: "it took too long: \(timeoutReason)"
    // Once the proxy has answered, what failed is the TLS connection inside.
    case _ where proxy?.isSecure == true && proxyStatus == 0: proxyTLSReason
    default: nil
    }
  }

  private var proxyTLSReason: String? {
    switch code {
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
      switch TrustProblem(proxyVerification, detail) {
      case .unknownAuthority:
        "\(TrustProblem.unknownAuthority). If it is your own, set \(SystemAuthorities.fileVariable) to a file with its certificate"
      case let problem: "\(problem)"
      }
    case CURLE_SSL_CONNECT_ERROR:
      isOtherProtocol
        ? "it does not use TLS (https) on this port. If it uses plain HTTP, write http:// in the proxy's URL" : detail
    default: nil
    }
  }

  /// OpenSSL's message for bytes that are not TLS: it reads part of an HTTP response as a version.
  fileprivate var isOtherProtocol: Bool { detail.contains("wrong version number") }

  /// libcurl enforces the limit on making a connection only.
  fileprivate var timeoutReason: String {
    let time = "within \(StallDetector.seconds(connectTimeout)) s"
    if !wasResolved { return "its host name was not resolved \(time)" }
    return usesTLS ? "the connection with TLS was not made \(time)" : "no connection was made \(time)"
  }

  /// The system's message is shorter than libcurl's and more specific.
  fileprivate var connectReason: String {
    systemError == 0 ? detail : "\(SystemError(code: Int32(systemError)))"
  }

  fileprivate var tlsReason: String {
    if detail.contains("unsupported protocol") || detail.contains("protocol version") {
      return "it supports only TLS versions older than 1.2, which are not secure"
    }
    if detail.contains("certificate required") || detail.contains("handshake failure") {
      return "it may require a client certificate (NAME.cert and NAME.key in /etc/docker/certs.d/\(host)/): \(detail)"
    }
    return detail
  }
}
