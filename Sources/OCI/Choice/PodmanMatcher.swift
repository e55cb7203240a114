/// How podman, buildah and skopeo take an entry of a list. Names are compared as they are written, and versions and features
/// of the operating system do not count.
///
/// `platform_matcher.go` in https://github.com/containers/image
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

  func choice(from entries: [Descriptor]) -> PlatformChoice? {
    for (rank, variant) in variants.enumerated() {
      let fitting = entries.indices.filter { position in
        guard let platform = entries[position].platform else { return false }
        return (platform.os, platform.architecture, platform.variant ?? "") == (host.os, host.architecture, variant)
      }
      if let first = fitting.first {
        let zstd = fitting.first { entries[$0].annotations["io.github.containers.compression.zstd"] == "true" }
        return PlatformChoice(position: zstd ?? first, rule: rank == 0 ? .same : .lowerVariant)
      }
    }
    return entries.firstIndex { $0.platform == nil }.map { PlatformChoice(position: $0, rule: .noPlatform) }
  }
}
