/// One check, which is yet to be made.
struct CheckStep: Sendable {
  let name: CheckName
  /// The checks without which this one makes no sense.
  var needs: [CheckName] = []
  /// - Returns: One result, or one for each thing that was found.
  let run: @Sendable () async throws -> [CheckResult]

  init(_ name: CheckName, needs: [CheckName] = [], _ run: @escaping @Sendable () async throws -> [CheckResult]) {
    (self.name, self.needs, self.run) = (name, needs, run)
  }
}

/// The names of the checks, as they are printed, in their order.
enum CheckName: String, Sendable, CaseIterable {
  case docker
  case plugin
  case config = "config.json"
  case credentials
  case daemon = "daemon.json"
  case certificates = "certs.d"
  case proxy
  case dns = "DNS"
  case tcp = "TCP"
  case tls = "TLS"
  case http = "HTTP"
  case authentication = "auth"
  case login
  case pull
  case push
  case image
  case clock
  case rateLimit = "rate limit"
  case features
}

/// The result of a check that was made.
struct FinishedCheck: Sendable {
  let name: CheckName
  let result: CheckResult
}
