/// What names a manifest inside its repository: a tag, which may name another manifest tomorrow, or a digest.
package enum ManifestName: Hashable, Sendable {
  case tag(Tag)
  /// A tag beside the digest is only a remark: the digest decides.
  case digest(Digest, tag: Tag?)
}

extension Reference {
  package init(_ repository: Repository, _ name: ManifestName) {
    switch name {
    case .tag(let tag): self.init(repository, tag: tag)
    case .digest(let digest, let tag): self.init(repository, tag: tag, digest: digest)
    }
  }

  /// What the reference says beyond the repository. A reference with neither tag nor digest means `latest`.
  package var name: ManifestName {
    digest.map { .digest($0, tag: tag) } ?? .tag(tag ?? .latest)
  }
}
