import CCurl
import HTTP

/// One request on its way: libcurl's easy handle, and what has come back so far.
///
/// Used by the curl thread only, after it was handed over to it.
final class CurlTransfer: @unchecked Sendable {
  let id: UInt64
  let request: HTTPRequest
  let origin: Origin?
  private let continuation: CheckedContinuation<HTTPResponse, any Error>
  private(set) var easy: UnsafeMutableRawPointer?
  private var requestLines: UnsafeMutablePointer<curl_slist>?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private var fields = HTTPFields()
  private var fieldBytes = 0
  private var body: [UInt8] = []
  /// The limit that the answer went over, in bytes.
  private var overflow: Int?
  private var proxy: Proxy?
  private var authorities: [String] = []
  private var tlsVersion = ""
  private var tlsAlert = ""
  /// How many bytes had moved, one way or the other, when that last changed, and when that was.
  private var moved = (bytes: 0, at: ContinuousClock.now)

  /// In bytes, for all header fields of one response.
  private static let fieldLimit = 256 << 10

  init(id: UInt64, request: HTTPRequest, continuation: CheckedContinuation<HTTPResponse, any Error>) {
    self.id = id
    self.request = request
    origin = Origin(url: request.url)
    self.continuation = continuation
    errorText[0] = 0
  }

  deinit {
    easy.map(ccurl_easy_cleanup)
    ccurl_slist_free_all(requestLines)
    errorText.deallocate()
  }

  /// Makes the handle and sets everything that the request asks for.
  func prepare(_ settings: CurlTransport.Settings, _ authorities: Authorities) throws(TransportError) {
    guard let easy = ccurl_easy_init() else { throw .unavailable(reason: "out of memory") }
    self.easy = easy
    let options = CurlOptions(easy: easy, host: host)
    try options.set(request, settings, authorities)
    proxy = origin.flatMap(settings.proxy)
    self.authorities = authorities.places(request.tls.authorities)
    try options.set(proxy, authorities)
    for line in request.fields.lines {
      // A line break would begin another field, or another request.
      guard FieldSyntax.isValue(line.value) else {
        throw .other(host: host, reason: "the value of the field \(line.name) holds control characters")
      }
      requestLines = ccurl_slist_append(requestLines, "\(line.name): \(line.value)")
    }
    // libcurl would wait a second for a word that registries do not say.
    requestLines = ccurl_slist_append(requestLines, "Expect:")
    if request.fields["Content-Type"] == nil { requestLines = ccurl_slist_append(requestLines, "Content-Type:") }
    try options.set(CURLOPT_HTTPHEADER, requestLines.map { UnsafeRawPointer($0) })
    try options.set(CURLOPT_ERRORBUFFER, errorText)
    let context = Unmanaged.passUnretained(self).toOpaque()
    try options.set(CURLOPT_HEADERDATA, context)
    try options.set(CURLOPT_WRITEDATA, context)
    try options.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      CurlTransfer.take(bytes, size * count, context) { $0.takeHeader($1) }
    }
    try options.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      CurlTransfer.take(bytes, size * count, context) { $0.takeBody($1) }
    }
    if settings.reportsTLSVersion || proxy?.isSecure == true {
      try options.set(CURLOPT_VERBOSE, 1)
      try options.set(CURLOPT_DEBUGDATA, context)
      try options.set { _, kind, bytes, count, context in
        // Of all that libcurl tells, only its own words are looked at, and of these only two lines are kept.
        if kind == CURLINFO_TEXT { _ = CurlTransfer.take(bytes, count, context) { $0.takeLogText($1) } }
        return 0
      }
    }
  }

  /// Hands on the response, or the error, which is returned as well.
  func finish(_ result: CURLcode) -> TransportError? {
    guard result == CURLE_OK else {
      if result == CURLE_FILESIZE_EXCEEDED { overflow = request.bodyLimit }
      let error = overflow.map { .tooLarge(host: host, limit: $0) } ?? error(result)
      fail(error)
      return error
    }
    var response = HTTPResponse(
      status: ccurl_get_long(easy, CURLINFO_RESPONSE_CODE),
      fields: fields,
      body: body
    )
    response.redirectURL = ccurl_get_string(easy, CURLINFO_REDIRECT_URL).map { String(cString: $0) }
    response.metrics.duration = .microseconds(ccurl_get_offset(easy, CURLINFO_TOTAL_TIME_T))
    response.metrics.reusedConnection = ccurl_get_long(easy, CURLINFO_NUM_CONNECTS) == 0
    response.metrics.tls = tlsVersion
    response.metrics.version = versionNames[ccurl_get_long(easy, CURLINFO_HTTP_VERSION)] ?? ""
    continuation.resume(returning: response)
    return nil
  }

  func giveUp(after timeout: Duration) {
    let seconds = timeout / .seconds(1)
    let text = seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
    fail(TransportError.timedOut(host: host, reason: "nothing moved for \(text) s"))
  }

  func fail(_ error: any Error) { continuation.resume(throwing: error) }

  /// True once the connection, with TLS where there is TLS, has been made.
  var isConnected: Bool { ccurl_get_offset(easy, CURLINFO_PRETRANSFER_TIME_T) > 0 }

  /// How long nothing has moved on the connection that was made; zero while there is none.
  func standstill(at now: ContinuousClock.Instant) -> Duration {
    let sizes = [CURLINFO_SIZE_UPLOAD_T, CURLINFO_SIZE_DOWNLOAD_T].map { Int(ccurl_get_offset(easy, $0)) }
    let bytes = sizes.reduce(fieldBytes, +)
    if bytes != moved.bytes || !isConnected { moved = (bytes, now) }
    return now - moved.at
  }

  private var host: String { origin?.description ?? request.url }

  private func error(_ result: CURLcode) -> TransportError {
    let detail = String(cString: errorText)
    return TransportError(
      CurlFailure(
        code: result,
        detail: detail.isEmpty ? String(cString: ccurl_easy_strerror(result)) : detail,
        host: host,
        systemError: ccurl_get_long(easy, CURLINFO_OS_ERRNO),
        verification: ccurl_get_long(easy, CURLINFO_SSL_VERIFYRESULT),
        proxy: proxy,
        proxyStatus: ccurl_get_long(easy, CURLINFO_HTTP_CONNECTCODE),
        proxyVerification: ccurl_get_long(easy, CURLINFO_PROXY_SSL_VERIFYRESULT),
        wasConnected: isConnected,
        alert: tlsAlert,
        authorities: authorities
      )
    )
  }
}

// MARK: - What libcurl calls

extension CurlTransfer {
  private static func take(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?,
    _ receive: (CurlTransfer, UnsafeRawBufferPointer) -> Bool
  ) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    return receive(transfer, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
  }

  private func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
    fieldBytes += bytes.count
    if fieldBytes > Self.fieldLimit {
      overflow = Self.fieldLimit
      return false
    }
    let line = bytes.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
    if line.starts(with: "HTTP/".utf8) {
      // An interim answer (1xx) or a proxy's own went before: what it said is not the answer's.
      fields = HTTPFields()
    } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      let value = String(decoding: line[line.index(after: colon)...], as: UTF8.self)
      fields.append(String(decoding: line[..<colon], as: UTF8.self), value.trimmingBlanks)
    }
    return true
  }

  /// libcurl's “SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384” and “(OUT), TLS alert, unknown CA (560):”.
  private func takeLogText(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let line = String(decoding: bytes, as: UTF8.self)
    if let mark = line.firstRange(of: "SSL connection using ") {
      tlsVersion = String(line[mark.upperBound...].prefix { $0 != " " && $0 != "\n" })
    } else if let mark = line.firstRange(of: "(OUT), TLS alert, "), !line.contains("close notify") {
      tlsAlert = String(line[mark.upperBound...].prefix { $0 != "(" }.dropLast())
    }
    return true
  }

  private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if body.count + bytes.count > request.bodyLimit {
      overflow = request.bodyLimit
      return false
    }
    body.append(contentsOf: bytes)
    return true
  }
}

private let versionNames = [
  Int(CURL_HTTP_VERSION_1_0): "HTTP/1.0", Int(CURL_HTTP_VERSION_1_1): "HTTP/1.1", Int(CURL_HTTP_VERSION_2_0): "HTTP/2",
]

extension String {
  fileprivate var trimmingBlanks: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
