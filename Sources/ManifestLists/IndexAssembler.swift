import OCI

/// Makes the list of resolved sources. Asks nobody anything: the same sources always make the same bytes.
enum IndexAssembler {
  /// - Throws: `PublishError` if two sources are for one platform, or one cannot be in the form that was asked for.
  static func assemble(_ sources: [ResolvedSource], form: PublishRequest.ListForm) throws -> RawManifest {
    var first: [Platform: Source] = [:]
    for resolved in sources {
      guard let platform = resolved.descriptor.runnablePlatform else { continue }
      if let other = first.updateValue(resolved.source, forKey: platform.normalized) {
        throw PublishError.samePlatform(platform, other, resolved.source)
      }
    }
    let mediaType = try mediaType(of: sources, form)
    let bytes = Index(mediaType: mediaType, manifests: sources.map(\.descriptor)).encoded()
    return RawManifest(bytes: bytes, mediaType: mediaType, digest: try Digest(of: bytes))
  }

  private static func mediaType(of sources: [ResolvedSource], _ form: PublishRequest.ListForm) throws -> MediaType {
    let other = sources.first { $0.descriptor.mediaType != .dockerManifest }
    switch form {
    case .oci: return .ociIndex
    case .automatic: return other == nil ? .dockerList : .ociIndex
    case .docker:
      if let other { throw PublishError.notDocker(other.source, other.descriptor.mediaType) }
      return .dockerList
    }
  }
}
