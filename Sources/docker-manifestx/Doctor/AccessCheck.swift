import HTTP
import OCI
import OCIRegistry

/// Whether the stored credential is accepted, and what it allows.
struct AccessCheck: Sendable {
  let probe: RegistryProbe
  let findings: Findings

  /// For a registry alone.
  func login() async throws -> [CheckResult] {
    if findings.answer?.response.status != 401 { return [.skipped("the registry requires no login to look at it")] }
    let found = try await probe.credential()
    if found.credential == .anonymous {
      let (unusable, advice) = (found.unusable.map { "\($0)" }, found.advice(probe.registry.host, ""))
      if unusable.isEmpty { return [.skipped("no credentials are stored", [advice])] }
      return [.failure("the credentials for \(probe.registry) cannot be read", unusable + [advice])]
    }
    try await probe.logIn()
    return [.ok("the stored credentials are accepted")]
  }

  /// - Parameter name: Of an image that should be there; nil if none was named.
  func pull(_ client: RepositoryClient, _ name: ManifestName?) async throws -> [CheckResult] {
    let response: HTTPResponse
    do { response = try await client.firstTag() } catch let error as RegistryError where error.mayBeAboutTags {
      return try await pullWithoutTags(client, name ?? .tag(.latest), error)
    }
    findings.note(response)
    if response.status != 404 { return [.ok("\(client.repository) can be read")] }
    // Some registries have no list of tags.
    if let name, try await has(name, client) {
      return [.ok("\(client.repository) can be read", [.init("tags", "404")])]
    }
    let advice = "Most registries make a repository with the first push; others need it to be made before"
    return [.warning("\(client.repository) is not there, or is hidden from this account", [advice])]
  }

  /// An account can have the right to pull and not to list tags, which some registries also do not have, or not in pages. A
  /// HEAD needs exactly the right to pull.
  private func pullWithoutTags(
    _ client: RepositoryClient,
    _ name: ManifestName,
    _ problem: RegistryError
  ) async throws -> [CheckResult] {
    let details = [CheckResult.Detail("tags", "\(problem)")]
    if try await has(name, client) { return [.ok("\(client.repository) can be read", details)] }
    let advice = "To check it: docker manifestx doctor \(word: client.repository):TAG, with a tag that exists"
    return [
      .skipped(
        "not known: the tags cannot be listed, and \(Reference(client.repository, name)) was not found",
        [advice],
        details
      )
    ]
  }

  private func has(_ name: ManifestName, _ client: RepositoryClient) async throws -> Bool {
    let response = try await client.headOfManifest(name)
    findings.note(response)
    return response.status == 200 && response.isOfManifest
  }

  func push(to repository: Repository) async throws -> [CheckResult] {
    guard let answer = findings.answer else { return [.skipped("not known")] }
    let found = try await probe.credential()
    if answer.response.status == 401, found.credential == .anonymous {
      return [.warning("nothing can be pushed without login", [found.advice(probe.registry.host, "")])]
    }
    switch try await probe.pushAccess(to: repository, answer) {
    case .unknown: return [.skipped("not known without writing: there is no token that would say it")]
    case .unreadable: return [.skipped("not known without writing: only the registry can read its token")]
    case .granted(let actions):
      let details = [CheckResult.Detail("granted", actions.joined(separator: ", "))]
      if actions.contains("push") || actions.contains("*") { return [.ok("the token allows pushing", details)] }
      let advice = found.advice(probe.registry.host, "Ask its owner for access, or use another account:")
      return [.warning("\(repository): the token does not allow pushing", [advice], details)]
    }
  }
}

extension RegistryError {
  /// True if it does not tell whether an image can be pulled.
  fileprivate var mayBeAboutTags: Bool {
    switch self {
    case .denied, .unanswered, .tooLarge: true
    case .unexpected(let status, _, _): (400..<500).contains(status)
    default: false
    }
  }
}
