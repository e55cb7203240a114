import CCurl
import HTTP

/// Sets what one request asks for on its easy handle.
struct CurlOptions {
  let easy: UnsafeMutableRawPointer
  let host: String

  func set(_ request: HTTPRequest, _ settings: CurlTransport.Settings) throws(TransportError) {
    try set(CURLOPT_URL, request.url)
    try set(CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS))
    try set(CURLOPT_USERAGENT, settings.userAgent)
    // No signals: they would be the whole process's.
    try set(CURLOPT_NOSIGNAL, 1)
    // A server may say beforehand that it is going to send too much.
    try set(CURLOPT_MAXFILESIZE, request.bodyLimit)
    try setMethod(request)
    try setTLS(request.tls)
    try setPatience(settings.patience)
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

  private func setTLS(_ tls: TLSSettings) throws(TransportError) {
    try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    if !tls.verifiesServer {
      try set(CURLOPT_SSL_VERIFYPEER, 0)
      try set(CURLOPT_SSL_VERIFYHOST, 0)
    } else {
      try setAuthorities(tls.authorities)
    }
    if let client = tls.client {
      try set(CURLOPT_SSLCERT, client.certificate)
      try set(CURLOPT_SSLKEY, client.key)
    }
  }

  /// The system's authorities are looked up by name in a directory of hashed names where there is one: reading the file
  /// of all of them takes longer than the rest of a request. Authorities of ours then stand in for that file.
  private func setAuthorities(_ files: [String]) throws(TransportError) {
    var bundle: [UInt8] = []
    for file in files { bundle += try contents(of: file) + [UInt8(ascii: "\n")] }
    let hasDirectory = ccurl_default_ca_directory().map { hasHashedNames(String(cString: $0)) } ?? false
    if bundle.isEmpty, !hasDirectory { return }
    if !hasDirectory, let file = ccurl_default_ca_file() { bundle += try contents(of: String(cString: file)) }
    if bundle.isEmpty {
      try set(CURLOPT_CAINFO, Optional<UnsafeRawPointer>.none)
    } else {
      try check(bundle.withUnsafeBytes { ccurl_set_blob(easy, CURLOPT_CAINFO_BLOB, $0.baseAddress, $0.count) })
    }
  }

  private func contents(of file: String) throws(TransportError) -> [UInt8] {
    guard let bytes = readWhole(file) else { throw .other(host: host, reason: "cannot read \(file)") }
    return bytes
  }

  private func setPatience(_ patience: Duration) throws(TransportError) {
    let milliseconds = Int((patience / .milliseconds(1)).rounded(.up))
    try set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
    // A connection that stands still is given up; a slow one may take as long as it needs. In bytes for each second: less
    // is no connection, but somebody's attempt to keep us waiting.
    try set(CURLOPT_LOW_SPEED_LIMIT, 100)
    try set(CURLOPT_LOW_SPEED_TIME, (milliseconds + 999) / 1000)
  }

  /// - Parameter proxy: Nil for none: libcurl shall not look into the environment itself, whose rules it reads differently.
  func set(_ proxy: Proxy?) throws(TransportError) {
    try set(CURLOPT_PROXY, proxy?.url ?? "")
    try set(CURLOPT_NOPROXY, "")
    guard let credential = proxy?.credential else { return }
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
