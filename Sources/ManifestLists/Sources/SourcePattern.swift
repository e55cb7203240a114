import OCI

/// Stands for the images whose tags match, and name an architecture.
package struct SourcePattern: Hashable, Sendable {
  package let tags: TagPattern
  /// How many of the request's sources are before its images.
  package let position: Int

  package init(_ tags: TagPattern, position: Int) {
    self.tags = tags
    self.position = position
  }
}
