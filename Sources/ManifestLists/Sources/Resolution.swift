import OCI

/// What the sources of a list are.
struct Resolution: Sendable {
  /// In the order of their sources.
  var entries: [ListEntry]
  /// Of the only source, if that is an index; or the list that is edited.
  var index: FoundIndex?
  /// What the sources refer to.
  var digests: SourceDigests = [:]
  /// The sources that do not exist yet, and may be missing.
  var leftOut: [Source] = []
  /// True if there may be further images later: what only they can have is not missed.
  var isPartial = false
}

/// An index that was found.
struct FoundIndex: Sendable {
  let manifest: RawManifest
  let index: Index
}
