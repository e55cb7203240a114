import OCI

/// The manifest behind a name, and its entries.
package struct Inspection: Sendable {
  package let reference: Reference
  package let manifest: RawManifest
  /// The entries of a list; for an image, one entry that points at the image itself.
  package let entries: [Descriptor]

  /// The same inspection with only the images for one platform; with nil, all entries.
  ///
  /// - Throws: `PlatformError` if there is no such image, and the platform has an unknown word: it is a slip then.
  package func only(_ platform: Platform?) throws(PlatformError) -> Inspection {
    guard let platform else { return self }
    let chosen = entries.filter { $0.runnablePlatform?.isSame(as: platform) == true }
    if chosen.isEmpty, platform.isRunnable, let unknown = platform.unknownWord { throw unknown }
    return Inspection(reference: reference, manifest: manifest, entries: chosen)
  }

  /// The error that there is no image for the platform. Of a very long list, it names only the first platforms.
  package func lacks(_ platform: Platform) -> InspectError {
    .noImage(reference, platform, has: Array(entries.compactMap(\.runnablePlatform).prefix(20)))
  }
}
