import OCI
import OCIRegistry

/// Whether the tag or digest that was named exists.
struct ImageCheck: Sendable {
  let client: RepositoryClient
  let name: ManifestName
  let findings: Findings

  func results() async throws -> [CheckResult] {
    let response = try await client.headOfManifest(name)
    findings.note(response)
    let reference = Reference(client.repository, name)
    switch response.status {
    case 200:
      let details = [
        CheckResult.Detail("digest", response.fields["Docker-Content-Digest"] ?? ""),
        .init("media type", response.fields["Content-Type"] ?? ""),
      ].filter { !$0.value.isEmpty }
      if response.isOfManifest { return [.ok("\(reference) exists", details)] }
      let type = "\(response.mediaType)"
      let text = type.isEmpty ? "no type" : "the type \u{201C}\(type)\u{201D}, which is not that of a manifest"
      let advice = "To read it: docker manifestx inspect \(word: reference)"
      return [.warning("the registry's answer for \(reference) has \(text)", [advice], details)]
    // Nothing can be pushed under a digest.
    case 404:
      return [
        .warning(
          "\(reference) does not exist",
          name.digest == nil ? ["To push it: docker push \(word: reference)"] : []
        )
      ]
    case let status: return [.warning("the registry returned \(status) for \(reference)", [])]
    }
  }
}
