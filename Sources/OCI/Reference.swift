/// A registry by the name that people and docker's settings have for it: a host, and a port where it needs one.
///
/// Grammar: https://github.com/distribution/reference/blob/main/reference.go
package struct Registry: Hashable, Sendable {
  /// `docker.io`, `harbor.example.com`, `127.0.0.1:5000`, `[::1]:5000`.
  package let host: String

  package static let dockerHub = Registry(host: DockerHub.host)
}

/// Images that belong together, in one registry.
package struct Repository: Hashable, Sendable {
  package let registry: Registry
  /// Without the registry: `library/alpine`, `test/app`.
  package let path: String
}

/// A name for one manifest of a repository, which may name another tomorrow.
package struct Tag: Hashable, Sendable {
  package let text: String

  package static let latest = Tag(text: "latest")
}

/// Names a manifest: a repository and a tag or digest of it, or both.
///
/// A value of these types is always well formed: text from outside becomes one in `init(parsing:)`, and nowhere else.
package struct Reference: Hashable, Sendable {
  package let repository: Repository
  /// With a digest beside it, the tag is only a remark: the digest is what counts.
  package let tag: Tag?
  package let digest: Digest?

  package init(_ repository: Repository, tag: Tag) {
    self.repository = repository
    self.tag = tag
    digest = nil
  }

  package init(_ repository: Repository, tag: Tag? = nil, digest: Digest) {
    self.repository = repository
    self.tag = tag
    self.digest = digest
  }

  /// What stands behind `/manifests/` in a request: the digest, or else the tag.
  package var manifestName: String { digest?.description ?? tag?.text ?? Tag.latest.text }
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

extension Reference: CustomStringConvertible {
  package var description: String {
    "\(repository)" + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
  }
}
