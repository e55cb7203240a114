import OCI

@testable import ManifestLists

extension PublishRequest {
  /// With tags of one repository.
  init(repository: Repository, tags: [Tag], sources: [Source]) throws {
    try self.init(names: tags.map { .registry(Reference(repository, tag: $0)) }, sources: sources)
  }
}
