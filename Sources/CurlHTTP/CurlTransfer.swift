import CCurl
import HTTP

/// One request in progress: libcurl's easy handle, and what was received so far.
///
/// Used by the curl thread only once it was submitted, but for the two buffers.
final class CurlTransfer: @unchecked Sendable {
  let request: HTTPRequest
  let origin: Origin?
  /// Between the request's stream and libcurl.
  let upload: UploadBuffer?
  /// Between libcurl and the request's sink.
  let download: DownloadBuffer?

  var continuation: CheckedContinuation<HTTPResponse, any Error>?
  var isCancelled = false
  /// True while libcurl waits for the request's stream.
  var isUploadPaused = false
  /// True while libcurl waits for the request's sink.
  var isDownloadPaused = false
  /// True if a part of the response has arrived while the upload was paused.
  var isAnsweredEarly = false
  /// True once libcurl has begun to send the request.
  var isSent = false
  private(set) var easy: UnsafeMutableRawPointer?
  private var fieldList: UnsafeMutablePointer<curl_slist>?
  private var addressList: UnsafeMutablePointer<curl_slist>?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var proxy: Proxy?
  private var certificates = Certificates.Selection()
  /// Nil if there is no proxy, or none with TLS.
  private var proxyTrust: Authorities.Trust?
  private var stallDetector: StallDetector?
  /// When the whole request had been sent.
  private var sent: ContinuousClock.Instant?
  private var connectTimeout = Duration.zero
  private var began = ContinuousClock.now

  // What the callbacks have received.
  var fields = HTTPFields()
  /// True once the empty line after the fields has arrived.
  var isHeadComplete = false
  var fieldBytes = 0
  var body: [UInt8] = []
  /// The limit that the response exceeded, in bytes.
  var exceededLimit: Int?
  var tlsVersion = ""
  var tlsAlert = ""

  init(_ request: HTTPRequest) {
    self.request = request
    origin = Origin(url: request.url)
    upload = if case .stream = request.body { UploadBuffer() } else { nil }
    download = request.sink.map { _ in DownloadBuffer() }
    errorText[0] = 0
  }

  deinit {
    removeHandle()
    errorText.deallocate()
  }

  var host: String { origin?.description ?? request.url }

  /// Makes the handle and sets everything that the request asks for.
  func prepare(_ settings: CurlSettings, _ certificates: Certificates) throws {
    removeHandle()
    guard let easy = ccurl_easy_init() else { throw TransportError.unavailable(reason: "out of memory") }
    self.easy = easy
    (began, isSent) = (.now, false)
    let options = CurlOptions(easy: easy, host: host)
    self.certificates = certificates.selection(request.tls)
    try options.set(request, settings, self.certificates)
    connectTimeout = settings.timeout * request.timeoutShare
    let addresses = request.addresses.compactMap { origin?.at($0) }
    let proxied = try addresses.filter { try settings.proxy($0) != nil }
    // What a proxy calls 127.0.0.1 is the proxy's own machine, and not the one that the address stands for here.
    proxy = addresses.isEmpty || !proxied.isEmpty ? try origin.flatMap(settings.proxy) : nil
    proxyTrust = proxy?.isSecure == true ? certificates.trustForProxy() : nil
    try options.set(proxy, proxyTrust)
    try setAddresses(proxy == nil ? addresses : proxied, options)
    try setFields(options)
    try options.set(CURLOPT_ERRORBUFFER, errorText)
    try setCallbacks(
      options,
      isVerbose: settings.reportsTLSVersion || request.reportsCertificate || proxy?.isSecure == true
    )
  }

  private func removeHandle() {
    easy.map(ccurl_easy_cleanup)
    ccurl_slist_free_all(fieldList)
    ccurl_slist_free_all(addressList)
    (easy, fieldList, addressList) = (nil, nil, nil)
  }

  /// A proxy would look the name up itself, so it is asked for a connection to the first address.
  private func setAddresses(_ addresses: [Origin], _ options: CurlOptions) throws(TransportError) {
    guard let origin, !addresses.isEmpty else { return }
    let place = "\(origin.host):\(origin.port):"
    let hosts = addresses.map(\.host)
    let line = proxy == nil ? place + hosts.joined(separator: ",") : "\(place)\(hosts[0]):\(origin.port)"
    addressList = ccurl_slist_append(addressList, line)
    try options.set(proxy == nil ? CURLOPT_RESOLVE : CURLOPT_CONNECT_TO, addressList.map { UnsafeRawPointer($0) })
  }

  private func setFields(_ options: CurlOptions) throws(TransportError) {
    for line in request.fields.lines {
      // A line break would begin another field, or another request.
      guard FieldSyntax.isValue(line.value) else {
        throw .other(host: host, reason: "the value of the field \(line.name) contains control characters")
      }
      fieldList = ccurl_slist_append(fieldList, "\(line.name): \(line.value)")
    }
    // Without a value: libcurl would wait a second for a “100 Continue” that registries do not send.
    fieldList = ccurl_slist_append(fieldList, "Expect:")
    if request.fields["Content-Type"] == nil { fieldList = ccurl_slist_append(fieldList, "Content-Type:") }
    try options.set(CURLOPT_HTTPHEADER, fieldList.map { UnsafeRawPointer($0) })
  }

  /// Continues what was paused. What still has to wait is paused again.
  func resume() {
    guard isUploadPaused || isDownloadPaused, continuation != nil else { return }
    (isUploadPaused, isDownloadPaused, isAnsweredEarly) = (false, false, false)
    _ = ccurl_easy_continue(easy)
  }

  /// Leaves out certificates that the TLS library could not load, and adds those that may be missing.
  ///
  /// - Returns: True if the request can be sent again with the others; nothing of it has been sent yet.
  func changeCertificates(after result: CURLcode, _ certificates: Certificates) -> Bool {
    certificates.change(after: result, detail(result), of: self.certificates, forProxy: proxyTrust)
  }

  /// Hands on the response, or the error, which is returned as well.
  func finish(_ result: CURLcode) -> TransportError? {
    guard result == CURLE_OK, !isRefusedByProxy else {
      if result == CURLE_FILESIZE_EXCEEDED { exceededLimit = request.bodyLimit }
      let error = exceededLimit.map { .tooLarge(host: host, limit: $0) } ?? error(result)
      fail(error)
      return error
    }
    guard isHeadComplete || request.connectsOnly else {
      // libcurl accepts a response that ends there as complete.
      let reason = "the connection was closed before the end of the response headers"
      let error = TransportError.cut(host: host, reason: reason)
      fail(error)
      return error
    }
    var response = head
    response.body = body
    response.redirectURL = ccurl_get_string(easy, CURLINFO_REDIRECT_URL).map { String(cString: $0) }
    response.retryAfter = fields["Retry-After"].map(retryAfter)
    response.metrics.duration = .microseconds(ccurl_get_offset(easy, CURLINFO_TOTAL_TIME_T))
    response.metrics.reusedConnection = ccurl_get_long(easy, CURLINFO_NUM_CONNECTS) == 0
    response.metrics.tls = tlsVersion
    response.metrics.address = ccurl_get_string(easy, CURLINFO_PRIMARY_IP).map { String(cString: $0) } ?? ""
    response.metrics.isProxied = proxy != nil
    response.metrics.certificate = request.reportsCertificate ? ServerCertificate(lines: certificateLines) : nil
    response.metrics.version = versionNames[ccurl_get_long(easy, CURLINFO_HTTP_VERSION)] ?? ""
    download?.finish(with: response.isSuccess ? head : nil)
    continuation?.resume(returning: response)
    continuation = nil
    return nil
  }

  func fail(_ error: any Error) {
    continuation?.resume(throwing: error)
    continuation = nil
  }

  /// What was received of the response, without its body.
  var head: HTTPResponse { HTTPResponse(status: status, fields: fields) }

  var status: Int { ccurl_get_long(easy, CURLINFO_RESPONSE_CODE) }

  /// The status of the proxy's response to CONNECT; 0 if there was none.
  private var connectStatus: Int { ccurl_get_long(easy, CURLINFO_HTTP_CONNECTCODE) }

  /// True for a response to a request in plain HTTP, which goes to the proxy itself. Only a proxy returns 407.
  private var isRefusedByProxy: Bool {
    status == 407 && connectStatus == 0 && proxy?.url.hasPrefix("http") == true && origin?.isSecure == false
  }

  /// True once the connection, including TLS, was made.
  var isConnected: Bool { ccurl_get_offset(easy, CURLINFO_PRETRANSFER_TIME_T) > 0 }

  func progress(at now: ContinuousClock.Instant, timeout: Duration) -> StallDetector.Progress {
    let sizes = [CURLINFO_SIZE_UPLOAD_T, CURLINFO_SIZE_DOWNLOAD_T].map { Int(ccurl_get_offset(easy, $0)) }
    let share = origin?.isSecure == false ? request.timeoutShare : 1
    var detector = stallDetector ?? StallDetector(timeout: timeout * share, at: now)
    defer { stallDetector = detector }
    if isConnected, sent == nil, sizes[0] >= request.body.length { sent = now }
    let isProcessed = sent.map { now - $0 < processingTime(of: $0 - began) } ?? false
    return detector.progress(
      sizes.reduce(fieldBytes, +),
      isOurTurn: isUploadPaused || isDownloadPaused || !isConnected || isProcessed,
      at: now
    )
  }

  /// What counts as sent may still be on a slow way, so this is at least as long as the upload was, up to two minutes.
  private func processingTime(of upload: Duration) -> Duration {
    request.processingTime == .zero ? .zero : max(request.processingTime, min(upload, .seconds(120)))
  }

  /// libcurl reads both forms of the field. It gives 0 for a number that is too large for it, as for text that is
  /// neither a number nor a date, and negative numbers for dates in the past.
  private func retryAfter(_ text: String) -> Duration {
    let seconds = ccurl_get_offset(easy, CURLINFO_RETRY_AFTER)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let isTooLarge = seconds == 0 && text.utf8.allSatisfy(digits.contains) && text.contains { $0 != "0" }
    return .seconds(isTooLarge ? .max : max(0, seconds))
  }

  private func error(_ result: CURLcode) -> TransportError {
    TransportError(
      CurlFailure(
        code: result,
        detail: detail(result),
        host: host,
        systemError: ccurl_get_long(easy, CURLINFO_OS_ERRNO),
        verification: ccurl_get_long(easy, CURLINFO_SSL_VERIFYRESULT),
        proxy: proxy,
        proxyStatus: isRefusedByProxy ? status : connectStatus,
        proxySchemes: ccurl_get_long(easy, CURLINFO_PROXYAUTH_AVAIL),
        proxyError: ccurl_get_long(easy, CURLINFO_PROXY_ERROR),
        proxyVerification: ccurl_get_long(easy, CURLINFO_PROXY_SSL_VERIFYRESULT),
        wasConnected: isConnected,
        wasResolved: ccurl_get_offset(easy, CURLINFO_NAMELOOKUP_TIME_T) > 0,
        usesTLS: origin?.isSecure == true,
        duration: began.duration(to: .now),
        connectTimeout: connectTimeout,
        alert: tlsAlert,
        unusable: certificates.unusable,
        proxyUnusable: proxyTrust?.allUnusable ?? []
      )
    )
  }

  /// Of the server's own certificate; empty if there is none.
  private var certificateLines: [String] {
    sequence(first: ccurl_get_certificate(easy), next: { $0?.pointee.next })
      .prefix { $0 != nil }.compactMap { $0?.pointee.data.map { String(cString: $0) } }
  }

  private func detail(_ result: CURLcode) -> String {
    let detail = String(cString: errorText)
    return detail.isEmpty ? String(cString: ccurl_easy_strerror(result)) : detail
  }
}

private let versionNames = [
  Int(CURL_HTTP_VERSION_1_0): "HTTP/1.0", Int(CURL_HTTP_VERSION_1_1): "HTTP/1.1", Int(CURL_HTTP_VERSION_2_0): "HTTP/2",
]
