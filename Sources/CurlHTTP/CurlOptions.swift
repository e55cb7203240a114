import CCurl
import HTTP

/// Sets the options of a request on its easy handle.
struct CurlOptions {
  let easy: UnsafeMutableRawPointer
  let host: String

  func set(
    _ request: HTTPRequest,
    _ settings: CurlSettings,
    _ certificates: Certificates.Selection
  ) throws(TransportError) {
    try set(CURLOPT_URL, request.url)
    try set(CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS))
    try set(CURLOPT_USERAGENT, settings.userAgent)
    // No signals: they would affect the whole process.
    try set(CURLOPT_NOSIGNAL, 1)
    ccurl_leave_lookups(easy)
    // Answers with a Content-Length above the limit are refused without reading them. The answer to HEAD only tells the length,
    // which for a layer may be any.
    if request.sink == nil, request.method != .head { try set(CURLOPT_MAXFILESIZE, request.bodyLimit) }
    try setMethod(request)
    // libcurl has this with most TLS libraries, not with all. Without it, the certificate is not known.
    if request.reportsCertificate { try? set(CURLOPT_CERTINFO, 1) }
    if request.connectsOnly { try set(CURLOPT_CONNECT_ONLY, 1) }
    try setTLS(certificates)
    try setConnectTimeout(settings.timeout * request.timeoutShare)
    if request.isStreamed || request.isPartOfUpload {
      // A paused stream of HTTP/2 blocks all others on its connection (libcurl 7.88): a copy within one registry, whose
      // download waits for its upload, would never end. Parts of uploads use HTTP/1.1 because libcurl rightly sends a request
      // of HTTP/2 again if the server has refused it unread, and `willSend` cannot tell this from other cases.
      try useHTTP1()
    } else if Origin(url: request.url)?.isSecure == true {
      // Wait for a connection that is being made, which may carry this request too (HTTP/2). Without TLS none ever does.
      try set(CURLOPT_PIPEWAIT, 1)
    }
  }

  /// On connections apart from those with HTTP/2. To be called after the other settings for TLS.
  ///
  /// libcurl shares connections among requests with equal settings for TLS. Where the connection with HTTP/2 has ended,
  /// libcurl 7.88 sends further requests for it into one with HTTP/1.1 that is in use, and both are lost.
  private func useHTTP1() throws(TransportError) {
    try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_3))
  }

  private func setMethod(_ request: HTTPRequest) throws(TransportError) {
    switch request.method {
    case .get: break
    case .head: try set(CURLOPT_NOBODY, 1)
    case .delete: try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    case .put, .post, .patch:
      try set(CURLOPT_POST, 1)
      try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
      switch request.body {
      case .bytes(let bytes): try check(bytes.withUnsafeBytes { ccurl_set_body(easy, $0.baseAddress, $0.count) })
      case .stream(let length, _): try check(ccurl_set_body_length(easy, Int64(length)))
      }
    }
  }

  private func setTLS(_ certificates: Certificates.Selection) throws(TransportError) {
    try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    if let trust = certificates.trust {
      try set(trust, CURLOPT_CAINFO, CURLOPT_CAINFO_BLOB, CURLOPT_CAPATH)
    } else {
      try set(CURLOPT_SSL_VERIFYPEER, 0)
      try set(CURLOPT_SSL_VERIFYHOST, 0)
    }
    if let client = certificates.client {
      try set(CURLOPT_SSLCERT, client.certificate)
      try set(CURLOPT_SSLKEY, client.key)
      // OpenSSL would ask the terminal for the password of an encrypted key.
      try set(CURLOPT_KEYPASSWD, "")
    }
  }

  private func set(
    _ trust: Authorities.Trust,
    _ file: CURLoption,
    _ blob: CURLoption,
    _ directory: CURLoption
  ) throws(TransportError) {
    if !trust.bundle.isEmpty {
      try check(trust.bundle.withUnsafeBytes { ccurl_set_blob(easy, blob, $0.baseAddress, $0.count) })
    } else if !trust.usesDefaultFile {
      try set(file, Optional<UnsafeRawPointer>.none)
    }
    if !trust.usesDefaultDirectory { try set(directory, Optional<UnsafeRawPointer>.none) }
  }

  /// How long a connection may be idle once it is made is up to `StallDetector`.
  private func setConnectTimeout(_ timeout: Duration) throws(TransportError) {
    // libcurl keeps it in 32 bits.
    let milliseconds = min(Int((timeout / .milliseconds(1)).rounded(.up)), Int(Int32.max))
    try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
  }

  /// - Parameters:
  ///   - proxy: Nil for none. libcurl must not read the variables of the environment itself: its rules differ.
  ///   - trust: Which authorities the proxy is verified with; nil if the connection to it does not use TLS.
  func set(_ proxy: Proxy?, _ trust: Authorities.Trust?) throws(TransportError) {
    try set(CURLOPT_PROXY, proxy?.url ?? "")
    try set(CURLOPT_NOPROXY, "")
    guard let proxy else { return }
    try set(CURLOPT_PROXYPORT, proxy.defaultPort)
    if let trust {
      // With TLS within TLS, libcurl 7.88 sometimes loses one of several requests on a connection.
      try useHTTP1()
      try set(CURLOPT_PIPEWAIT, 0)
      try set(CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
      try set(trust, CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAINFO_BLOB, CURLOPT_PROXY_CAPATH)
    }
    guard let credential = proxy.credential else { return }
    try set(CURLOPT_PROXYUSERNAME, credential.username)
    try set(CURLOPT_PROXYPASSWORD, credential.password)
  }

  func set(_ option: CURLoption, _ value: Int) throws(TransportError) { try check(ccurl_set_long(easy, option, value)) }

  func set(_ option: CURLoption, _ value: String) throws(TransportError) {
    try check(ccurl_set_string(easy, option, value))
  }

  func set(_ option: CURLoption, _ value: UnsafeRawPointer?) throws(TransportError) {
    try check(ccurl_set_pointer(easy, option, value))
  }

  func set(_ option: CURLoption, _ callback: ccurl_data_callback) throws(TransportError) {
    try check(ccurl_set_data_callback(easy, option, callback))
  }

  func setPrereqCallback(_ callback: ccurl_prereq_callback) throws(TransportError) {
    try check(ccurl_set_prereq_callback(easy, callback))
  }

  func setDebugCallback(_ callback: ccurl_debug_callback) throws(TransportError) {
    try check(ccurl_set_debug_callback(easy, callback))
  }

  private func check(_ code: CURLcode) throws(TransportError) {
    guard code == CURLE_OK else {
      throw TransportError(
        CurlFailure(code: code, detail: String(cString: ccurl_easy_strerror(code)), host: host)
      )
    }
  }
}
