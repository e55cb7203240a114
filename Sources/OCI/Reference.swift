/// A registry, by its name in references and in docker's settings: a host, and a port where it is not the default.
///
/// Grammar: https://github.com/distribution/reference/blob/main/reference.go
package struct Registry: Hashable, Sendable {
  /// `docker.io`, `harbor.example.com`, `127.0.0.1:5000`, `[::1]:5000`.
  package let host: String

  package static let dockerHub = Registry(host: DockerHub.host)
}

/// A collection of images in a registry.
package struct Repository: Hashable, Sendable {
  package let registry: Registry
  /// Without the registry: `library/alpine`, `test/app`.
  package let path: String

  /// The repository with the same path in another registry, such as a mirror.
  package func `in`(_ registry: Registry) -> Repository { Repository(registry: registry, path: path) }
}

/// A name of a manifest in its repository. It can be moved to another manifest.
package struct Tag: Hashable, Sendable {
  package let text: String

  package static let latest = Tag(text: "latest")
}

/// How a manifest is named in its repository.
package enum ManifestName: Hashable, Sendable {
  case tag(Tag)
  /// The digest alone identifies the manifest. A tag beside it is only a remark for people.
  case digest(Digest, tag: Tag?)

  package var tag: Tag? {
    switch self {
    case .tag(let tag): tag
    case .digest(_, let tag): tag
    }
  }

  package var digest: Digest? {
    if case .digest(let digest, _) = self { digest } else { nil }
  }

  /// What follows `/manifests/` in a request: the digest if there is one, else the tag.
  package var pathComponent: String {
    switch self {
    case .tag(let tag): tag.text
    case .digest(let digest, _): digest.description
    }
  }
}

/// Names a manifest in a registry: the repository, and the manifest's name there.
///
/// Values of these types are always well formed: `init(parsing:)` is the only way to make them from text.
package struct Reference: Hashable, Sendable {
  package let repository: Repository
  package let name: ManifestName

  package init(_ repository: Repository, _ name: ManifestName) {
    self.repository = repository
    self.name = name
  }

  package init(_ repository: Repository, tag: Tag) { self.init(repository, .tag(tag)) }

  package init(_ repository: Repository, tag: Tag? = nil, digest: Digest) {
    self.init(repository, .digest(digest, tag: tag))
  }

  package var tag: Tag? { name.tag }
  package var digest: Digest? { name.digest }
}

// MARK: - As text

extension Registry: CustomStringConvertible {
  package var description: String { host }
}

extension Repository: CustomStringConvertible {
  /// As docker shows it: without the parts that docker adds (`docker.io/`, `library/`).
  package var description: String {
    guard registry == .dockerHub else { return "\(registry)/\(path)" }
    let isOfficial = path.hasPrefix("library/") && !path.dropFirst("library/".count).contains("/")
    return isOfficial ? String(path.dropFirst("library/".count)) : path
  }
}

extension Tag: CustomStringConvertible {
  package var description: String { text }
}

extension ManifestName: CustomStringConvertible {
  /// As it follows the repository: `:TAG`, `@DIGEST` or `:TAG@DIGEST`.
  package var description: String {
    switch self {
    case .tag(let tag): ":\(tag)"
    case .digest(let digest, let tag): (tag.map { ":\($0)" } ?? "") + "@\(digest)"
    }
  }
}

extension Reference: CustomStringConvertible {
  package var description: String { "\(repository)\(name)" }
}
