import HTTP
import OCI

extension RegistryClient {
  /// The manifest behind a reference, verified: by the reference's digest, or by the one that the registry gives.
  ///
  /// - Throws: `RegistryError`.
  package func manifest(_ reference: Reference) async throws -> RawManifest {
    let url = url(reference.repository, "manifests/\(reference.manifestName)")
    let accept = MediaType.manifests.map(\.rawValue).joined(separator: ", ")
    let response = try await send(HTTPRequest(.get, url, fields: ["Accept": accept]), "pulling \(reference)")
    try RegistryError.check(response, .get, url) { .notFound(reference, $0) }
    return RawManifest(
      bytes: response.body,
      mediaType: try mediaType(of: response, reference),
      digest: try verifiedDigest(of: response, reference)
    )
  }

  /// Gives a manifest a name.
  ///
  /// - Throws: `RegistryError`, also where the registry keeps something else than it was sent.
  package func put(_ manifest: RawManifest, as reference: Reference) async throws {
    let url = url(reference.repository, "manifests/\(reference.manifestName)")
    let request = HTTPRequest(
      .put,
      url,
      fields: ["Content-Type": manifest.mediaType.rawValue],
      body: manifest.bytes
    )
    let response = try await send(request, "pushing \(reference)")
    // 201 by the specification; some say 200 or 202. What the registry keeps is what counts.
    try RegistryError.check(response, expecting: 200...299, .put, url)
    // Where the registry does not say it, it is asked: a list that others will pull is worth it.
    var stored = try response.digest
    if stored == nil { stored = try await storedDigest(reference) }
    if let stored, stored != manifest.digest {
      throw RegistryError.storedAs(stored, sent: manifest.digest, reference)
    }
  }

  private func storedDigest(_ reference: Reference) async throws -> Digest {
    do { return try await manifest(reference).digest } catch RegistryError.notFound(let reference, _) {
      throw RegistryError.notKept(reference)
    }
  }

  private func mediaType(of response: HTTPResponse, _ reference: Reference) throws -> MediaType {
    let field = response.fields["Content-Type"].map { $0.prefix { $0 != ";" && $0 != " " } } ?? ""
    let said = MediaType(rawValue: String(field))
    if said.isSchema1 { throw RegistryError.schema1(reference) }
    let named: MediaType?
    do { named = try MediaType.named(inManifest: response.body) } catch {
      let type = MediaType.manifests.contains(said) ? "" : "it is of the type \u{201C}\(field)\u{201D}, and not JSON; "
      let encoding = response.fields["Content-Encoding"].map { "it came encoded (\($0)), unasked; " } ?? ""
      throw RegistryError.notAManifest(reference, reason: "\(type)\(encoding)\(error)")
    }
    // The specification wants the two to be the same; where only one of them is a manifest's type, it is the one.
    switch (MediaType.manifests.contains(said), named) {
    case (true, nil): return said
    case (true, let named?) where named == said: return said
    case (true, let named?):
      throw RegistryError.notAManifest(reference, reason: "the registry calls it \(said), and it calls itself \(named)")
    case (false, let named?) where MediaType.manifests.contains(named): return named
    case (false, _): throw RegistryError.notAManifest(reference, reason: "it is of the type \u{201C}\(field)\u{201D}")
    }
  }

  private func verifiedDigest(of response: HTTPResponse, _ reference: Reference) throws -> Digest {
    let expected = try reference.digest ?? response.digest
    let found = try Digest(of: response.body, expected?.algorithm ?? .sha256)
    if let expected, expected != found {
      throw RegistryError.wrongDigest(what: "\(reference)", expected: expected, found: found)
    }
    return found
  }
}

extension HTTPResponse {
  /// What the registry says the digest is; nil where it does not say.
  fileprivate var digest: Digest? {
    get throws {
      guard let text = fields["Docker-Content-Digest"] else { return nil }
      do { return try Digest(parsing: text) } catch {
        throw RegistryError.nonsense(from: "the registry", "Docker-Content-Digest: \(error)")
      }
    }
  }
}
