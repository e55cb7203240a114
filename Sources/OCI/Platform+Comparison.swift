// The rules by which container engines compare platforms:
// https://github.com/containerd/platforms/blob/main/database.go

extension Platform {
  /// The form for comparison, in which all spellings of one platform are equal: `arm64`, `arm64/v8` and `aarch64`; `amd64`
  /// and `amd64/v1`; `arm` and `arm/v7`. Container engines use the same form to choose from a list. In addition to theirs,
  /// `armv8` equals `v8`.
  ///
  /// Only Windows compares the version and the features of the operating system, and of the version the first three parts
  /// (10.0.20348): the last one changes with every update. Preserved members are not in this form.
  package var normalized: Platform {
    let (architecture, variant) = Self.normalized(architecture.lowercased(), variant?.lowercased() ?? "")
    let os = os.lowercased()
    var platform = Platform(
      os: os == "macos" ? "darwin" : os,
      architecture: architecture,
      variant: variant.isEmpty ? nil : variant
    )
    if os == "windows" {
      platform.osVersion = osVersion.map(Self.build(ofVersion:))
      let features = Set(osFeatures ?? []).subtracting([""]).sorted()
      platform.osFeatures = features.isEmpty ? nil : features
    }
    return platform
  }

  private static func build(ofVersion text: String) -> String {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).prefix(3)
    return parts.map { part in
      let word = part.filter { $0 != " " }
      return Int(word).map(String.init) ?? word
    }.joined(separator: ".")
  }

  /// True where an image for this platform also runs on the other one. The version of the operating system is ignored.
  package func isSame(as other: Platform) -> Bool {
    let (one, other) = (normalized, other.normalized)
    return (one.os, one.architecture, one.variant) == (other.os, other.architecture, other.variant)
  }

  /// The positions of those that a person who writes this platform means. Without a version, all versions are meant;
  /// `10.0.20348` means all updates of this build of Windows, if none has exactly this version.
  package func positions(in platforms: [Platform?]) -> [Int] {
    let same = platforms.indices.filter { platforms[$0]?.isSame(as: self) == true }
    guard let osVersion else { return same }
    let exact = same.filter { platforms[$0]?.osVersion == osVersion }
    return exact.isEmpty ? same.filter { platforms[$0]?.osVersion?.hasPrefix("\(osVersion).") == true } : exact
  }

  /// An empty variant means that there is none.
  private static func normalized(_ architecture: String, _ written: String) -> (architecture: String, variant: String) {
    switch architecture {
    case "i386": return ("386", "")
    case "amd64", "x86_64", "x86-64": return ("amd64", written == "v1" ? "" : written)
    case "armhf": return ("arm", "v7")
    case "armel": return ("arm", "v6")
    case "arm64", "aarch64":
      switch written.withoutArm {
      case "8", "v8", "v8.0": return ("arm64", "")
      case "9", "9.0", "v9.0": return ("arm64", "v9")
      case let variant: return ("arm64", variant)
      }
    case "arm":
      switch written.withoutArm {
      case "", "7": return ("arm", "v7")
      case "5", "6", "8": return ("arm", "v\(written.withoutArm)")
      case let variant: return ("arm", variant)
      }
    default: return (architecture, written)
    }
  }
}

extension String {
  /// `v8` for `armv8`.
  var withoutArm: String { hasPrefix("armv") ? String(dropFirst("arm".count)) : self }
}
