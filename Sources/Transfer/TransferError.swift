import OCI

/// Why an image cannot be copied. The errors of the two stores are thrown as they are: they name what they are about.
package enum TransferError: Error {
  /// The manifest of an image cannot be read.
  case badManifest(Descriptor, ManifestError)
  /// The images give two sizes for one blob, in bytes.
  case twoSizes(Digest, Int64, Int64)
  /// The images have more manifests than this. The descriptor is that of the first one too many.
  case tooMany(Descriptor, limit: Int)
  /// The images have more configs and layers than this. The descriptor is that of the first image with too many.
  case tooManyBlobs(Descriptor, limit: Int)
  /// The image contains indexes in indexes, deeper than this.
  case tooDeep(Descriptor, limit: Int)
}

extension TransferError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .badManifest(let manifest, let error): "the manifest @\(manifest.digest) cannot be read: \(error)"
    case .twoSizes(let digest, let one, let other):
      "the images give two sizes for the blob \(digest): \(one) and \(other)"
    case .tooMany(let manifest, let limit): "the images have more than \(limit) manifests (@\(manifest.digest))"
    case .tooManyBlobs(let manifest, let limit):
      "the manifests of the images name more than \(limit) configs and layers (@\(manifest.digest))"
    case .tooDeep(let manifest, let limit): "@\(manifest.digest) contains indexes in indexes, more than \(limit) deep"
    }
  }
}
