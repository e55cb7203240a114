/// Why a manifest is not that of an image that container engines can run.
package enum NotRunnable: Error, Hashable {
  /// It is that of another artifact: its config is of this type.
  case config(MediaType)
  /// The config declares that there is no platform.
  case noPlatform
  /// The config lists another number of layers than the manifest.
  case layers(Int, inConfig: Int)
  /// A layer is of this type.
  case layerType(MediaType)
}

/// What of the layers of an image decides whether engines can run it.
package struct LayerTypes: Hashable, Sendable {
  fileprivate let count: Int
  /// How many of them containerd knows.
  fileprivate let knownCount: Int
  /// The first one that docker does not accept.
  fileprivate let other: MediaType?

  /// - Parameter layers: Of the manifest.
  package init(of layers: [Descriptor]) {
    count = layers.count
    knownCount = layers.count(where: \.mediaType.isLayer)
    other = layers.first { !$0.mediaType.isAcceptedByDocker }?.mediaType
  }

  /// False if no engine takes any of the layers: they are the content of another artifact.
  package var mayBeOfImage: Bool { knownCount > 0 || other == nil }
}

extension NotRunnable {
  /// Nil if containerd or docker can make a file system of the layers.
  ///
  /// containerd takes the layers of the types that it knows, docker all layers, if it accepts all their types. Each requires as
  /// many `diff_ids` in the config.
  ///
  /// - https://github.com/containerd/containerd/blob/main/core/unpack/unpacker.go
  /// - https://github.com/moby/moby/blob/master/daemon/internal/distribution/pull_v2.go
  ///
  /// - Parameters:
  ///   - layers: Of the manifest.
  ///   - count: How many layers the config lists.
  package init?(_ layers: LayerTypes, inConfig count: Int) {
    if layers.knownCount == count { return nil }
    guard layers.count == count else {
      self = .layers(layers.count, inConfig: count)
      return
    }
    guard let other = layers.other else { return nil }
    self = .layerType(other)
  }
}

extension NotRunnable: CustomStringConvertible {
  package var description: String {
    switch self {
    case .config(let type): "its config is of the type \u{201C}\(type)\u{201D}"
    case .noPlatform: "its config has the platform \u{201C}unknown\u{201D}, as for an attestation"
    case .layers(let count, let inConfig):
      "the number of layers in its manifest is \(count), but its config lists \(inConfig) (rootfs.diff_ids)"
    case .layerType(let type): "it has a layer of the type \u{201C}\(type)\u{201D}"
    }
  }
}

extension MediaType {
  /// `IsLayerType` in https://github.com/containerd/containerd/blob/main/core/images/mediatypes.go
  fileprivate var isLayer: Bool {
    let base = rawValue.prefix { $0 != "+" }
    let docker = ["diff.tar", "diff.tar.gzip", "diff.tar.zstd", "foreign.diff.tar", "foreign.diff.tar.gzip"]
    return rawValue.hasPrefix("application/vnd.oci.image.layer.") || base == "application/vnd.erofs.layer.v1"
      || docker.contains { base == "application/vnd.docker.image.rootfs.\($0)" }
  }

  /// `checkSupportedMediaType` in https://github.com/moby/moby/blob/master/daemon/internal/distribution/pull_v2.go
  fileprivate var isAcceptedByDocker: Bool {
    let type = rawValue.lowercased()
    if type.hasPrefix("application/vnd.docker.ai.") { return false }
    return ["application/vnd.oci.image.", "application/vnd.docker."].contains { type.hasPrefix($0) }
      || ["application/octet-stream", "application/json", "text/html", ""].contains(type)
  }
}
