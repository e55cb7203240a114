import CCurl
import HTTP

/// What libcurl calls during a transfer, on the curl thread.
extension CurlTransfer {
  /// In bytes, for all header fields of one response.
  private static let fieldLimit = 256 << 10

  func setCallbacks(_ options: CurlOptions, isVerbose: Bool) throws(TransportError) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    try options.set(CURLOPT_HEADERDATA, context)
    try options.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      CurlTransfer.of(context)?.receiveHeaderLine(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
    }
    try options.set(CURLOPT_WRITEDATA, context)
    try options.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      CurlTransfer.of(context)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
    }
    if upload != nil {
      try options.set(CURLOPT_READDATA, context)
      try options.set(CURLOPT_READFUNCTION) { bytes, size, count, context in
        CurlTransfer.of(context)?.provideBody(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
          ?? Int(CURL_READFUNC_ABORT)
      }
    }
    if request.isPartOfUpload {
      try options.set(CURLOPT_PREREQDATA, context)
      // libcurl before 7.80 does not have it.
      try? options.setPrereqCallback { context, _, _, _, _ in
        CurlTransfer.of(context)?.willSend() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
      }
    }
    if isVerbose {
      try options.set(CURLOPT_VERBOSE, 1)
      try options.set(CURLOPT_DEBUGDATA, context)
      try options.setDebugCallback { _, kind, bytes, count, context in
        if kind == CURLINFO_TEXT {
          CurlTransfer.of(context)?.readVerboseLine(UnsafeRawBufferPointer(start: bytes, count: count))
        }
        return 0
      }
    }
  }

  /// libcurl passes on the context that it was given, which is never nil.
  private static func of(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// - Returns: The number of bytes accepted; fewer than there are end the transfer.
  private func receiveHeaderLine(_ bytes: UnsafeRawBufferPointer) -> Int {
    isAnsweredEarly = isUploadPaused
    fieldBytes += bytes.count
    if fieldBytes > Self.fieldLimit {
      exceededLimit = Self.fieldLimit
      return 0
    }
    let line = bytes.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
    if line.starts(with: "HTTP/".utf8) {
      // The fields of an interim response (1xx) or of a proxy's response are not the response's.
      fields = HTTPFields()
      isHeadComplete = false
    } else if line.isEmpty {
      isHeadComplete = true
    } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      let value = String(decoding: line[line.index(after: colon)...], as: UTF8.self)
      fields.append(String(decoding: line[..<colon], as: UTF8.self), value.trimmingBlanks)
    }
    return bytes.count
  }

  /// - Returns: The number of bytes accepted, or `CURL_WRITEFUNC_PAUSE`.
  private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    isAnsweredEarly = isUploadPaused
    if let download, (200..<300).contains(status) {
      if download.append(bytes, of: head) { return bytes.count }
      isDownloadPaused = true
      return Int(CURL_WRITEFUNC_PAUSE)
    }
    if body.count + bytes.count > request.bodyLimit {
      exceededLimit = request.bodyLimit
      return 0
    }
    body.append(contentsOf: bytes)
    return bytes.count
  }

  /// - Returns: The number of bytes provided, or `CURL_READFUNC_PAUSE`.
  private func provideBody(_ target: UnsafeMutableRawBufferPointer) -> Int {
    guard let upload else { return Int(CURL_READFUNC_ABORT) }
    if let count = upload.read(into: target) { return count }
    isUploadPaused = true
    return Int(CURL_READFUNC_PAUSE)
  }

  /// libcurl sends a request again by itself when a connection that was kept open ends without a response. A stream that has
  /// begun it cannot read again; for a body in memory, this function must say so.
  ///
  /// - Returns: False if the request has been sent before.
  private func willSend() -> Bool {
    defer { isSent = true }
    return !isSent || upload != nil
  }

  /// Reads “SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384” and “(OUT), TLS alert, unknown CA (560):”.
  private func readVerboseLine(_ bytes: UnsafeRawBufferPointer) {
    let line = String(decoding: bytes, as: UTF8.self)
    if let mark = line.firstRange(of: "SSL connection using ") {
      tlsVersion = String(line[mark.upperBound...].prefix { $0 != " " && $0 != "\n" })
    } else if let mark = line.firstRange(of: "(OUT), TLS alert, "), !line.contains("close notify") {
      tlsAlert = String(line[mark.upperBound...].prefix { $0 != "(" }.dropLast())
    }
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}

extension HTTPRequest {
  /// True for what continues or ends an upload: what the server has received of it counts, also if the rest was lost.
  var isPartOfUpload: Bool { !isRepeatable && [.put, .patch].contains(method) }
}
