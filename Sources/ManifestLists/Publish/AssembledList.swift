import OCI

/// A list that is ready to be pushed: its bytes, and the entries that they were made of.
package struct AssembledList: Sendable {
  package let manifest: RawManifest
  /// In the order of the list.
  package let entries: [ListEntry]
  /// The manifests that the list points at, by the stores where they are.
  let children: [Store: [Descriptor]]
  /// What the images are tagged with.
  package internal(set) var keptTags: [KeptTag] = []
  /// What its sources refer to.
  var sourceDigests: SourceDigests = [:]
  /// True if the list would be a docker manifest list, if nothing were added to it.
  var isOCIByAdditions = false
}
