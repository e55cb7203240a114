import CCurl
import HTTP

/// Sets what one request asks for on its easy handle.
struct CurlOptions {
  let easy: UnsafeMutableRawPointer
  let host: String

  func set(
    _ request: HTTPRequest,
    _ settings: CurlTransport.Settings,
    _ authorities: Authorities
  ) throws(TransportError) {
    try set(CURLOPT_URL, request.url)
    try set(CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS))
    try set(CURLOPT_USERAGENT, settings.userAgent)
    // No signals: they would be the whole process's.
    try set(CURLOPT_NOSIGNAL, 1)
    // A server may say beforehand that it is going to send too much.
    try set(CURLOPT_MAXFILESIZE, request.bodyLimit)
    try setMethod(request)
    try setTLS(request.tls, authorities)
    try setTimeouts(settings.timeout)
    // Wait for a connection that is being made, which may carry this request too (HTTP/2). Without TLS none ever does.
    if request.url.hasPrefix("https:") { try set(CURLOPT_PIPEWAIT, 1) }
  }

  private func setMethod(_ request: HTTPRequest) throws(TransportError) {
    switch request.method {
    case .get: break
    case .head: try set(CURLOPT_NOBODY, 1)
    case .delete: try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    case .put, .post, .patch:
      try set(CURLOPT_POST, 1)
      try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
      try check(request.body.withUnsafeBytes { ccurl_set_body(easy, $0.baseAddress, $0.count) })
    }
  }

  private func setTLS(_ tls: TLSSettings, _ authorities: Authorities) throws(TransportError) {
    try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    if !tls.verifiesServer {
      try set(CURLOPT_SSL_VERIFYPEER, 0)
      try set(CURLOPT_SSL_VERIFYHOST, 0)
    } else {
      try set(try authorities.trust(tls.authorities), CURLOPT_CAINFO, CURLOPT_CAINFO_BLOB, CURLOPT_CAPATH)
    }
    if let client = tls.client {
      try set(CURLOPT_SSLCERT, client.certificate)
      try set(CURLOPT_SSLKEY, client.key)
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
    } else if !trust.keepsFile {
      try set(file, Optional<UnsafeRawPointer>.none)
    }
    if !trust.keepsDirectory { try set(directory, Optional<UnsafeRawPointer>.none) }
  }

  private func setTimeouts(_ timeout: Duration) throws(TransportError) {
    // libcurl keeps it in 32 bits: some weeks are for ever, too.
    let milliseconds = min(Int((timeout / .milliseconds(1)).rounded(.up)), Int(Int32.max))
    try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
    // A connection that stands still is given up by `CurlLoop`; a slow one may take as long as it needs. In bytes for each
    // second: less is no connection, but somebody's attempt to keep us waiting. A second later, so that who stands still is
    // told from who is slow.
    try set(CURLOPT_LOW_SPEED_LIMIT, 100)
    try set(CURLOPT_LOW_SPEED_TIME, milliseconds / 1000 + 2)
  }

  /// - Parameter proxy: Nil for none: libcurl shall not look into the environment itself, whose rules it reads differently.
  func set(_ proxy: Proxy?, _ authorities: Authorities) throws(TransportError) {
    try set(CURLOPT_PROXY, proxy?.url ?? "")
    try set(CURLOPT_NOPROXY, "")
    guard let proxy else { return }
    if proxy.isSecure {
      // Of several requests on one connection, libcurl forgets one now and then when there is TLS within TLS (7.88).
      try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
      try set(CURLOPT_PIPEWAIT, 0)
      // It is verified in any case, as a server like all others: what is said of a registry is not said of the proxy.
      try set(CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
      let trust = try authorities.trust([])
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

  func set(_ option: CURLoption, _ receiver: ccurl_receiver) throws(TransportError) {
    try check(ccurl_set_receiver(easy, option, receiver))
  }

  func set(_ listener: ccurl_listener) throws(TransportError) { try check(ccurl_set_listener(easy, listener)) }

  private func check(_ code: CURLcode) throws(TransportError) {
    guard code == CURLE_OK else {
      throw TransportError(
        CurlFailure(code: code, detail: String(cString: ccurl_easy_strerror(code)), host: host)
      )
    }
  }
}
