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
  if let scheme = address.firstRange(of: "://"), let at = address[scheme.upperBound...].firstIndex(of: "@"),
    !address[scheme.upperBound..<at].contains("/")
  {
    address.replaceSubrange(scheme.upperBound...at, with: "")
  }
  guard parts.count == 2 else { return address }
  let query = parts[1].split(separator: "&").map { pair -> String in
    let name = pair.prefix { $0 != "=" }
    let isPublic = ["service", "scope", "account", "n", "last"].contains(name)
    return isPublic ? String(pair) : "\(name)=…"
  }
  return "\(address)?\(query.joined(separator: "&"))"
}
