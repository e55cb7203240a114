import HTTP

/// One line for each exchange, for `--debug`. Header fields and bodies are not in it, and of a query only what is known
/// to be no secret.
package struct LoggingTransport: HTTPTransport {
  let base: any HTTPTransport
  let log: @Sendable (String) -> Void

  package init(base: any HTTPTransport, log: @escaping @Sendable (String) -> Void) {
    self.base = base
    self.log = log
  }

  package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let line = "\(request.method.rawValue) \(redacted(request.url))"
    do {
      let response = try await base.send(request)
      let metrics = response.metrics
      let milliseconds = metrics.duration / .milliseconds(1)
      log(
        "\(line): \(response.status), \(response.body.count) bytes, \(Int(milliseconds.rounded())) ms, \(metrics.version), "
          + (metrics.reusedConnection ? "same connection" : "new connection")
          + (metrics.tls.isEmpty ? "" : ", \(metrics.tls)")
      )
      return response
    } catch {
      log("\(line): \(error)")
      throw error
    }
  }
}

/// A URL without what may be secret: user names and passwords, and every part of a query but those of the token protocol
/// (storage services put signatures there).
package func redacted(_ url: String) -> String {
  let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
  var address = String(parts[0])
  if let scheme = address.firstRange(of: "://") {
    // A password may hold an @ itself: the last one before the path is what ends it.
    let authority = address[scheme.upperBound...].prefix { $0 != "/" }
    if let at = authority.lastIndex(of: "@") { address.removeSubrange(scheme.upperBound...at) }
  }
  guard parts.count == 2 else { return address }
  let query = parts[1].split(separator: "&").map { pair -> String in
    guard let sign = pair.firstIndex(of: "=") else { return "…" }
    let isPublic = ["service", "scope", "account", "n", "last"].contains(pair[..<sign])
    return isPublic ? String(pair) : "\(pair[...sign])…"
  }
  return "\(address)?\(query.joined(separator: "&"))"
}

/// The same without the scheme: who is far from the wire does not know whether it was HTTPS or, with an insecure registry,
/// plain HTTP.
func place(_ url: String) -> String {
  let address = redacted(url)
  return address.firstRange(of: "://").map { String(address[$0.upperBound...]) } ?? address
}
