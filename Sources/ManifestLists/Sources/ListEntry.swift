import OCI

/// One entry of a list that is being made: a manifest that was found, and the descriptor that points at it.
package struct ListEntry: Hashable, Sendable {
  /// Where it comes from. Several entries can have the same source.
  package let source: Source
  /// Where its manifest is. For an image that a source names, the source's own reference.
  package let place: Place
  /// As it is written to the list, with the platform.
  package var descriptor: Descriptor
  /// What states the platform.
  package let origin: PlatformOrigin
  /// The variant that the image states, where its architecture does not have it. The platform is without it.
  package var unknownVariant: String?
  /// The platform as the index of the image states it, where not every engine finds that spelling.
  var otherSpelling: Platform?
  /// The predefined labels of the image. Empty unless they were requested.
  package var labels: [String: String] = [:]
}

/// As messages name it.
extension ListEntry: CustomStringConvertible {
  package var description: String { "\(place)" }
}
