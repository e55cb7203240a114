import OCIRegistry

/// What the registry supports, as far as this can be known without writing.
struct FeaturesCheck: Sendable {
  let client: RepositoryClient

  func results() async throws -> [CheckResult] {
    let hasReferrers = try await client.hasReferrersAPI().map { $0 ? "yes" : "no" } ?? "unknown"
    return [
      .ok("referrers: \(hasReferrers); mount, delete: unknown without writing", [.init("referrers", hasReferrers)])
    ]
  }
}
