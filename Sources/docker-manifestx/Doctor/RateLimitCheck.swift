import HTTP
import OCI
import OCIRegistry

/// How many requests the registry accepts for now, if it says so: Docker Hub counts pulls.
struct RateLimitCheck: Sendable {
  /// Nil if no repository is asked about.
  let client: RepositoryClient?
  let findings: Findings

  func results() async throws -> [CheckResult] {
    if let stated = findings.responses.lazy.compactMap(Self.result).last { return [stated] }
    guard let client, client.repository.registry == .dockerHub else { return [.ok("the registry states none")] }
    // Docker Hub states it for manifests only. A HEAD is not counted.
    // https://docs.docker.com/docker-hub/usage/pulls/#view-pull-rate-and-limit
    let response = try await client.headOfManifest(.tag(.latest))
    return [Self.result(response) ?? .ok("the registry states none")]
  }

  /// Nil if the response does not state it. `76;w=21600` are 76 in 21600 seconds.
  static func result(_ response: HTTPResponse) -> CheckResult? {
    func number(_ text: String) -> Int? { Int(text.prefix { $0 != ";" && $0 != "," }.filter { $0 != " " }) }
    guard let field = response.fields["RateLimit-Remaining"], let left = number(field) else { return nil }
    let limit = response.fields["RateLimit-Limit"]
    let total = limit.flatMap(number).map { " of \($0)" } ?? ""
    let details = [CheckResult.Detail("remaining", field), .init("limit", limit ?? "")].filter { !$0.value.isEmpty }
    let text = "\(left)\(total) left"
    return left > 0 ? .ok(text, details) : .warning(text, ["Log in to have a higher limit, or wait"], details)
  }
}
