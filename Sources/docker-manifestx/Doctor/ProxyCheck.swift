import DockerConfig
import HTTP
import LocalSystem

/// The proxy through which the registry is spoken to.
struct ProxyCheck: Sendable {
  let environment: LocalSystem.Environment
  /// Of the registry; nil if none is asked about.
  let origin: Origin?
  let findings: Findings

  private static let variables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"]
  /// Any host, to learn what the variables say.
  private static let example = Origin(url: "https://registry.example.com/")

  /// - Throws: `SettingsError` if the value of a variable is not a proxy.
  func results() throws -> [CheckResult] {
    let set = Self.variables.flatMap { [$0, $0.lowercased()] }.filter { environment[$0] != nil }
    let details = set.isEmpty ? [] : [CheckResult.Detail("variables", set.joined(separator: ", "))]
    let settings = ProxySettings(environment)
    // Only plain HTTP needs it: a value that is wrong is no error of others.
    findings.plainProxy = try? origin?.inPlainHTTP.flatMap(settings.proxy)
    guard let target = origin ?? Self.example, let proxy = try settings.proxy(for: target) else {
      let isExcepted = origin != nil && set.contains { $0.lowercased() != "no_proxy" }
      return [.ok(isExcepted ? "none for \(origin?.host ?? "")" : "none", details)]
    }
    findings.proxy = proxy
    return [.ok("\(proxy.url)\(proxy.credential == nil ? "" : " (with a name and a password)")", details)]
  }
}
