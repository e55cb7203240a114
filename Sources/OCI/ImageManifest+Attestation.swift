import JSON

extension ImageManifest {
  /// What the attestations in this manifest state, as URIs: `https://slsa.dev/provenance/v1`. Each once; empty for a manifest
  /// of something else.
  ///
  /// BuildKit, "Image attestation storage":
  /// https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md
  package var predicateTypes: [String] {
    var types: [String] = []
    for case let type? in layers.lazy.map(\.predicateType) where !types.contains(type) {
      types.append(type)
      if types.count == Self.maximumPredicates { break }
    }
    return types
  }

  /// BuildKit writes one statement for each kind.
  private static var maximumPredicates: Int { 10 }
}

extension Descriptor {
  fileprivate var predicateType: String? {
    // A longer one is no URI of a specification.
    annotations["in-toto.io/predicate-type"].flatMap { $0.utf8.count <= 200 ? $0 : nil }
  }
}
