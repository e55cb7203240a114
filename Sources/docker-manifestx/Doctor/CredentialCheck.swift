import DockerConfig
import OCI
import OCIRegistry

/// Where the credential for the registry comes from. What it is does not matter here, and is not printed.
struct CredentialCheck: Sendable {
  let probe: RegistryProbe
  let findings: Findings

  func results() async throws -> [CheckResult] {
    let found = try await probe.credential()
    let unusable = findings.unusableSources.map { "\($0)" }
    if found.credential == .anonymous {
      if unusable.isEmpty { return [.ok("none stored")] }
      // No failure: later checks find out whether the registry requires any.
      if found.unusable.isEmpty { return [.warning("none stored", unusable)] }
      let advice = found.advice(probe.registry.host, "")
      return [.warning("the credentials for \(probe.registry) cannot be read", unusable + [advice])]
    }
    let details = [CheckResult.Detail("source", found.source), .init("kind", found.credential.kind)]
    let isPlainText = found.source.hasPrefix("auths")
    let text = "\(found.source)\(isPlainText ? " (plain text)" : "")"
    return unusable.isEmpty ? [.ok(text, details)] : [.warning(text, unusable, details)]
  }
}

extension Credential {
  /// As in messages.
  fileprivate var kind: String {
    switch self {
    case .anonymous: "none"
    case .basic: "user name and password"
    case .identityToken: "identity token"
    case .registryToken: "registry token"
    }
  }
}
