import OCI

/// What the sources of a list are.
struct Resolution: Sendable {
  /// In the order of their sources.
  let entries: [ListEntry]
  /// Of the only source, if that is an index.
  var index: FoundIndex?
}

/// An index that was found.
struct FoundIndex: Sendable {
  let manifest: RawManifest
  let index: Index
}
