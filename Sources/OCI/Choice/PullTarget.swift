/// The machine that an image is pulled for.
package struct PullTarget: Hashable, Sendable {
  /// What runs the pull program. The variant is that of an arm processor.
  package let machine: Platform
  /// The level of an amd64 processor, from `v2` on.
  package let amd64Level: String?
  /// The platform that the user asks for instead.
  package let requested: Platform?

  package init(machine: Platform, amd64Level: String? = nil, requested: Platform? = nil) {
    (self.machine, self.amd64Level, self.requested) = (machine, amd64Level, requested)
  }

  /// The platform that a program looks for in a list.
  package func platform(for puller: ImagePuller) -> Platform {
    switch puller {
    case .containerd: return requested ?? machine
    case .docker:
      guard requested == nil, let amd64Level else { return requested ?? machine }
      var platform = machine
      platform.variant = amd64Level
      return platform
    // Only what the user asks for goes through containerd's normalization, which writes the variant of arm64 if it was written.
    case .podman:
      guard let requested else { return machine }
      var platform = requested.normalized
      if platform.architecture == "arm64", requested.variant != nil, platform.variant == nil { platform.variant = "v8" }
      return platform
    case .crane: return requested ?? Platform(os: "linux", architecture: "amd64")
    }
  }
}

extension ImagePuller {
  /// The entries that it can take for the host, the one that it takes first, as far as `limit`.
  package func candidates(
    from entries: [Descriptor],
    of type: MediaType,
    for host: Platform,
    limit: Int
  ) -> [PlatformChoice] {
    var positions = entries.indices.filter { choice(from: [entries[$0]], of: type, for: host) != nil }
    var candidates: [PlatformChoice] = []
    while candidates.count < limit, let next = choice(from: positions.map { entries[$0] }, of: type, for: host) {
      candidates.append(PlatformChoice(position: positions.remove(at: next.position), rule: next.rule))
    }
    return candidates
  }

  /// The platforms that it looks for, the best one first.
  package func preferences(for host: Platform) -> [Platform] {
    switch self {
    case .containerd, .docker: ContainerdMatcher(host: host).preferences
    case .podman: PodmanMatcher(host: host).preferences
    case .crane: [host]
    }
  }
}
