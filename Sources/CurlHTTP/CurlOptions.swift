import CCurl
import HTTP

/// Sets what one request asks for on its easy handle.
struct CurlOptions {
  let easy: UnsafeMutableRawPointer
  let host: String

  mutating func set(_ request: HTTPRequest, userAgent: String) throws(TransportError) {
    try set(CURLOPT_URL, request.url)
    try set(CURLOPT_PROTOCOLS, Int(CURLPROTO_HTTP | CURLPROTO_HTTPS))
    try set(CURLOPT_USERAGENT, userAgent)
    // No signals: they would be the whole process's.
    try set(CURLOPT_NOSIGNAL, 1)
    try setMethod(request)
    try setTLS(request.tls)
    try setPatience()
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

  private func setPatience() throws(TransportError) {
    try set(CURLOPT_CONNECTTIMEOUT_MS, 30_000)
    // A connection over which nothing at all comes for 30 s is given up; a slow one may take as long as it needs.
    try set(CURLOPT_LOW_SPEED_LIMIT, 1)
    try set(CURLOPT_LOW_SPEED_TIME, 30)
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

  private func check(_ code: CURLcode) throws(TransportError) {
    guard code == CURLE_OK else {
      throw TransportError(code, detail: String(cString: ccurl_easy_strerror(code)), host: host)
    }
  }
}
