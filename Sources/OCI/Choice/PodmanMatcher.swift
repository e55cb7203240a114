/// How podman, buildah and skopeo take an entry of a list. Names are compared as they are written, and versions and features
/// of the operating system do not count.
///
/// An entry of docker's list has no annotations there, and always a platform, which is empty if it is missing. In an OCI
/// index, an entry without a platform comes last, and of several for one platform that with zstd layers is taken.
///
/// `ChooseInstance` in `docker_schema2_list.go` and `oci_index.go` in https://github.com/containers/image
struct PodmanMatcher {
  private let host: Platform
  /// In order of preference; an empty one means an entry without a variant.
  private let variants: [String]

  init(host: Platform) {
    self.host = host
    let known: [String] =
      switch host.architecture {
      case "arm": ["v8", "v7", "v6", "v5"]
      case "arm64": ["v8"]
      default: []
      }
    let own = host.variant ?? ""
    variants = own.isEmpty ? [""] + known : (known.firstIndex(of: own).map { Array(known[$0...]) } ?? [own]) + [""]
  }

  var preferences: [Platform] {
    variants.map { Platform(os: host.os, architecture: host.architecture, variant: $0.isEmpty ? nil : $0) }
  }

  func choice(from entries: [Descriptor], of type: MediaType) -> PlatformChoice? {
    let isDockers = type == .dockerList
    func preferred(_ fits: (Platform?) -> Bool) -> Int? {
      let fitting = entries.indices.filter { fits(entries[$0].statedPlatform) }
      let zstd = fitting.first { entries[$0].isZstd }
      return isDockers ? fitting.first : zstd ?? fitting.first
    }
    for (rank, variant) in variants.enumerated() {
      let position = preferred { platform in
        guard let platform else { return false }
        return (platform.os, platform.architecture, platform.variant ?? "") == (host.os, host.architecture, variant)
      }
      if let position { return PlatformChoice(position: position, rule: rank == 0 ? .same : .lowerVariant) }
    }
    if isDockers { return nil }
    return preferred { $0 == nil }.map { PlatformChoice(position: $0, rule: .noPlatform) }
  }
}

extension Descriptor {
  fileprivate var isZstd: Bool { annotations["io.github.containers.compression.zstd"] == "true" }

  /// True for an entry of an index with layers in zstd, which podman takes in place of another one for the same platform. It
  /// makes such lists: https://docs.podman.io/en/latest/markdown/podman-manifest-push.1.html, "--add-compression"
  package func isPodmans(beside other: Descriptor) -> Bool {
    let hasRightSpelling = platform == platform?.spelled && other.platform == platform
    return isZstd && !other.isZstd && digest != other.digest && platform != nil && hasRightSpelling
  }
}
