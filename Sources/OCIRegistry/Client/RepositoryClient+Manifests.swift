import HTTP
import OCI

extension RepositoryClient {
  /// The manifest behind a name, verified: by the digest in the name, or by the one that the registry gives.
  ///
  /// For one manifest; where several are read at the same time, `manifest(_:_:)` keeps their bytes from filling the memory.
  ///
  /// - Throws: `RegistryError`.
  package func manifest(_ name: ManifestName) async throws -> RawManifest {
    let reference = Reference(repository, name)
    let response = try await send(request(for: reference), "pulling \(reference)")
    return try manifest(in: response, reference)
  }

  /// What is read from the manifest behind a name, which is verified.
  ///
  /// - Parameter read: What it returns must not contain the bytes.
  /// - Throws: `RegistryError`, and what `read` throws.
  package func manifest<Value: Sendable>(
    _ name: ManifestName,
    _ read: @escaping @Sendable (RawManifest) throws -> Value
  ) async throws -> Value {
    let reference = Reference(repository, name)
    return try await send(request(for: reference), "pulling \(reference)") { response in
      try read(manifest(in: response, reference))
    }
  }

  /// True only where the registry answers 200 to a HEAD, and names the digest, or none and the type of a manifest: it may be
  /// the page of a proxy. Every other response and every error means that it is not known.
  package func has(manifest digest: Digest) async -> Bool {
    let request = request(.head, for: Reference(repository, .digest(digest, tag: nil)))
    let response = try? await send(request, "looking for the manifest \(digest)")
    return response?.isOf(manifest: digest) ?? false
  }

  /// False where the registry answers 404 to a HEAD. Only a GET tells more: some registries refuse a HEAD, or name no digest.
  /// Unlike a GET, it does not count as a pull.
  ///
  /// - Throws: `RegistryError` if there was no response.
  package func mayHave(_ name: ManifestName) async throws -> Bool {
    try await head(name)?.status != 404
  }

  /// The digest of the manifest behind a name; nil if the registry says that there is none. A GET, which may count as a pull,
  /// is sent only where the response to a HEAD does not tell: without a body, a 404 can be that of any web server.
  ///
  /// - Parameter wasMissing: Whether there was none before. A HEAD would then only come before a GET.
  /// - Throws: `RegistryError`.
  package func digest(of name: ManifestName, wasMissing: Bool = false) async throws -> Digest? {
    if !wasMissing, let response = try await head(name), let digest = try? name.digest ?? response.digest,
      response.isOf(manifest: digest)
    {
      return digest
    }
    do { return try await manifest(name) { $0.digest } } catch RegistryError.notFound { return nil }
  }

  /// Nil where the registry refuses it.
  ///
  /// - Throws: `RegistryError` if there was no response.
  func head(_ name: ManifestName, accept: [String] = MediaType.manifests.map(\.rawValue)) async throws -> HTTPResponse?
  {
    let reference = Reference(repository, name)
    do { return try await send(request(.head, for: reference, accept: accept), "looking for \(reference)") } catch {
      switch error as? RegistryError {
      // A GET would end in the same way.
      case .transport, .tokenServer, .noToken: throw error
      default: return nil
      }
    }
  }

  func request(
    _ method: HTTPRequest.Method = .get,
    for reference: Reference,
    accept: [String] = MediaType.manifests.map(\.rawValue)
  ) -> HTTPRequest {
    let fields: HTTPFields = ["Accept": accept.joined(separator: ", ")]
    return HTTPRequest(method, url("manifests/\(reference.name.pathComponent)"), fields: fields)
  }

  private func manifest(in response: HTTPResponse, _ reference: Reference) throws -> RawManifest {
    try RegistryError.check(response, .get, url("manifests/\(reference.name.pathComponent)")) {
      .notFound(reference, $0)
    }
    return RawManifest(
      bytes: response.body,
      mediaType: try mediaType(of: response, reference),
      digest: try verifiedDigest(of: response, reference)
    )
  }

  /// Pushes a manifest. If that fails, it succeeded nevertheless if the name refers to this manifest: a registry with
  /// immutable tags also refuses a manifest that it already has, and a response may be lost.
  ///
  /// - Throws: `RegistryError`, also where the registry stores something else than it was sent.
  package func put(_ manifest: RawManifest, as name: ManifestName) async throws -> PutResult {
    do { try await send(manifest, as: name) } catch let failure as RegistryError where failure.leavesNameUnknown {
      let current = try await digest(name, after: failure)
      if try manifest.has(current) { return .alreadyThere }
      throw RegistryError.notPut(failure, Reference(repository, name), current: current)
    }
    return .stored
  }

  /// What a name refers to after a push that has failed.
  ///
  /// - Throws: The failure if the name refers to nothing, and what is known of it if that cannot be found out.
  private func digest(_ name: ManifestName, after failure: RegistryError) async throws -> Digest {
    do { return try await manifest(name).digest } catch RegistryError.notFound { throw failure } catch {
      let mayBeStored = failure.mayFollowStoring && !(error is CancellationError)
      throw mayBeStored ? RegistryError.notConfirmed(failure, Reference(repository, name)) : failure
    }
  }

  /// The result of a push.
  package enum PutResult: Sendable {
    case stored
    /// The registry did not accept it, because the name already refers to it.
    case alreadyThere
  }

  /// Some registries need a moment before they see the blobs and manifests that they have just stored.
  private func send(_ manifest: RawManifest, as name: ManifestName) async throws {
    for attempt in 1... {
      do { return try await sendOnce(manifest, as: name) } catch let error as RegistryError {
        guard error.lacksContent, attempt < Self.attempts, case .unexpected(let status, _, _) = error else {
          throw error
        }
        let wait = backOff.policy.backOff(attempt: attempt)
        try await backOff.sleep(for: wait, .put, url("manifests/\(name.pathComponent)"), .status(status))
      }
    }
  }

  private static let attempts = 4

  private func sendOnce(_ manifest: RawManifest, as name: ManifestName) async throws {
    let reference = Reference(repository, name)
    let url = url("manifests/\(reference.name.pathComponent)")
    var request = HTTPRequest(
      .put,
      url,
      fields: ["Content-Type": manifest.mediaType.rawValue],
      body: manifest.bytes
    )
    request.bodyLimit = DocumentReader.smallLimit
    let response = try await send(request, needing: .pullAndPush, "pushing \(reference)")
    // 201 by the specification; some registries answer 200 or 202.
    try RegistryError.check(response, expecting: 200...299, .put, url)
    // What the registry has stored decides. If the response does not say it, it is read back.
    let said = try response.digest
    let stored = if let said { said } else { try await storedDigest(name) }
    guard try manifest.has(stored) else {
      throw RegistryError.storedAs(stored, sent: manifest.digest, reference)
    }
  }

  private func storedDigest(_ name: ManifestName) async throws -> Digest {
    do { return try await manifest(name).digest } catch RegistryError.notFound(let reference, _) {
      throw RegistryError.notKept(reference)
    }
  }

  private func mediaType(of response: HTTPResponse, _ reference: Reference) throws -> MediaType {
    let said = response.mediaType
    if said.isSchema1 { throw RegistryError.schema1(reference) }
    let named: MediaType?
    do { named = try MediaType.named(inManifest: response.body) } catch {
      if RegistryError.isWebPage(response) {
        throw RegistryError.notAManifest(reference, reason: RegistryError.webPage)
      }
      let type = MediaType.manifests.contains(said) ? "" : "its type is \u{201C}\(said)\u{201D}, and it is not JSON; "
      let encoding =
        response.fields["Content-Encoding"].map { "it has a Content-Encoding (\($0)) that was not requested; " } ?? ""
      throw RegistryError.notAManifest(reference, reason: "\(type)\(encoding)\(error)")
    }
    // The specification requires the two to be the same; if only one of them is a manifest's type, that one is used.
    switch (MediaType.manifests.contains(said), named) {
    case (true, nil): return said
    case (true, let named?) where named == said: return said
    case (true, let named?):
      throw RegistryError.notAManifest(
        reference,
        reason: "the registry sent it with the type \(said), but the mediaType in the manifest is \(named)"
      )
    case (false, let named?) where MediaType.manifests.contains(named): return named
    case (false, _): throw RegistryError.notAManifest(reference, reason: "its type is \u{201C}\(said)\u{201D}")
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
  /// Of a HEAD.
  fileprivate func isOf(manifest digest: Digest) -> Bool {
    guard status == 200 else { return false }
    return fields["Docker-Content-Digest"].map { $0 == digest.description } ?? isOfManifest
  }
}

extension RawManifest {
  /// True if this is the digest of the manifest, with the registry's choice of the algorithm.
  fileprivate func has(_ other: Digest) throws -> Bool {
    try digest == other || Digest(of: bytes, other.algorithm) == other
  }
}

extension RegistryError {
  /// True for a failed write after which it is worth a request to see what the name refers to: the registry can be reached,
  /// and accepts the credential.
  fileprivate var leavesNameUnknown: Bool {
    switch self {
    case .unexpected, .denied, .unanswered, .blocked: true
    default: mayFollowStoring
    }
  }

  /// True for a failed write that the registry may have carried out: the response was lost. That may also have been the one
  /// to an earlier attempt.
  fileprivate var mayFollowStoring: Bool {
    switch self {
    case .unexpected(let status, _, _): RetryPolicy.transientStatuses.contains(status)
    case .transport(let error, _, _, _): error.isTransient || error.isTimeout
    case .malformedAnswer: true
    default: false
    }
  }
}
