import OCI
import OCIRegistry

/// What is behind a name.
package struct Inspection: Sendable {
  /// How many referrers of all entries together are read.
  package static let maximumReferrers = 20_000
  /// As the user named it.
  package let place: Place
  /// The manifest that is shown: the one that the name refers to, or with `InspectRequest.platform` that of the image. Without
  /// annotations.
  package let descriptor: Descriptor
  /// Its bytes, if they were asked for.
  package var manifest: RawManifest?
  package let content: Content

  package enum Content: Sendable {
    case unread
    case list(InspectedList)
    case image(InspectedEntry)
  }

  /// The images and everything else that is there: the entries of a list, or the image itself.
  package var entries: [InspectedEntry] {
    switch content {
    case .unread: []
    case .list(let list): list.entries
    case .image(let entry): [entry]
    }
  }
}

/// A multi-platform image.
package struct InspectedList: Sendable {
  package let artifactType: MediaType?
  /// Empty where there are none.
  package let annotations: [String: String]
  package let subject: Descriptor?
  /// In the order of the list.
  package let entries: [InspectedEntry]
  /// False if the list has more manifests than are read: see `InspectRequest.maximumCount`.
  package let isReadWhole: Bool

  /// The attestations of an image in the list.
  package func attestations(of image: Digest) -> [InspectedEntry] {
    entries.filter { $0.descriptor.attestedImage == image }
  }
}

/// An entry of a list, and what was read behind it. An image that was named itself is like an entry for it.
package struct InspectedEntry: Sendable {
  /// As it stands in the list.
  package internal(set) var descriptor: Descriptor
  /// Nil if it was not read, or cannot be.
  package var content: Content?
  /// Why what is behind the entry cannot be read, or is not what the descriptor says.
  package var problem: (any Error)?
  /// Nil if they were not asked for, or the registry does not tell them.
  package var referrers: Referrers?
  /// Of the image that was named with `InspectRequest.platform`.
  package var attestations: [InspectedEntry] = []

  /// Apart from the entry: a list may have thousands of entries that are not read.
  package indirect enum Content: Sendable {
    case image(InspectedImage)
    /// A list in the list, with so many manifests.
    case list(count: Int)
  }

  init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  /// The platform that the list states, else that of the image's config. Nil if there is none, or it was not read; of an
  /// attestation, it is `unknown/unknown`.
  package var platform: Platform? { descriptor.platform ?? image?.configPlatform }

  /// Nil for anything that no engine runs.
  package var runnablePlatform: Platform? { platform?.isRunnable == true ? platform : nil }

  /// Nil if it was not read, or is no image.
  package var image: InspectedImage? {
    if case .image(let image)? = content { image } else { nil }
  }
}

/// What is kept of an image, or of another artifact with the same form of manifest: values of a few bytes, for there may be
/// many images.
package struct InspectedImage: Sendable {
  package internal(set) var config: Descriptor
  package let layerCount: Int
  /// What a pull of it moves, in bytes: see `ImageManifest.pullSize`.
  package let pullSize: Int64
  package let artifactType: MediaType?
  /// What an attestation states, as URIs: `https://slsa.dev/provenance/v1`. Each once.
  package let predicateTypes: [String]
  /// The platform that the config states. Nil if it states none, or was not read.
  package var configPlatform: Platform?
  /// The variant that the config states and the architecture does not have, so that it is not a part of `configPlatform`.
  package var unknownVariant: String?
  /// Why engines cannot run it. Nil if they can, or the config was not read.
  package var notRunnable: NotRunnable?
  /// When it was built, as the config states it (RFC 3339). Nil if it does not, or was not read.
  package var created: String?
  /// Nil if it was not asked for.
  package var content: ImageContent?
}

/// The parts of an image, which can be large.
package struct ImageContent: Sendable {
  let kept: KeptContent
  let layerTypes: LayerTypes
  package let layers: [Descriptor]
  /// Of the manifest.
  package let annotations: [String: String]
  /// The JSON of the config. Nil if it was not read, was not asked for (`InspectRequest.keepsContent`), or is not that of an
  /// image.
  package var config: [UInt8]?
  package var details: ImageDetails?
}

/// What is kept of each image that is read.
enum KeptContent {
  case nothing, config, layers, everything
}
