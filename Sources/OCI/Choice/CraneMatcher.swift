/// How crane takes an entry of a list: the first that has the operating system and the architecture, and what else the user
/// asked for. An entry without a platform is one for linux/amd64.
///
/// `pkg/v1/remote/index.go` in https://github.com/google/go-containerregistry
struct CraneMatcher {
  let host: Platform

  func choice(from entries: [Descriptor]) -> PlatformChoice? {
    let position = entries.firstIndex { entry in
      let platform = entry.statedPlatform ?? Platform(os: "linux", architecture: "amd64")
      return platform.os == host.os && platform.architecture == host.architecture
        && (host.variant ?? platform.variant) == platform.variant
        && (host.osVersion ?? platform.osVersion) == platform.osVersion
        && Set(host.osFeatures ?? []).isSubset(of: platform.osFeatures ?? [])
    }
    return position.map { PlatformChoice(position: $0, rule: host.variant == nil ? .first : .same) }
  }
}
