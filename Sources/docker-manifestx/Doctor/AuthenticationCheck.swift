import HTTP
import OCIRegistry

/// How the registry wants requests to be authenticated.
struct AuthenticationCheck: Sendable {
  let findings: Findings

  func results() -> [CheckResult] {
    guard let answer = findings.answer else { return [.skipped("not known")] }
    if answer.response.status != 401 { return [.ok("not required")] }
    guard let challenge = answer.challenges.first(where: { ["bearer", "basic"].contains($0.scheme) }) else {
      let schemes = answer.challenges.map(\.scheme).joined(separator: ", ")
      let text = schemes.isEmpty ? "required, and the registry does not say how" : "\(schemes), which is not supported"
      return [.failure(text, ["Only the registry's owner can fix this"])]
    }
    let details = [CheckResult.Detail("realm", challenge.realm ?? ""), .init("service", challenge.service ?? "")]
    let realm = challenge.realm ?? "an unnamed realm"
    return [
      .ok(
        challenge.scheme == "basic" ? "Basic, realm \(realm)" : "Bearer, tokens from \(realm)",
        details.filter { !$0.value.isEmpty }
      )
    ]
  }
}
