// The rules by which container engines compare platforms:
// https://github.com/containerd/platforms/blob/main/database.go

extension Platform {
  /// The form for comparison, in which all spellings of one platform are equal: `arm64`, `arm64/v8` and `aarch64`; `amd64`
  /// and `amd64/v1`; `arm` and `arm/v7`. Container engines use the same form to choose from a list. In addition to theirs,
  /// `armv8` equals `v8`.
  ///
  /// Only Windows compares the version and the features of the operating system. Preserved members are not in this form.
  package var normalized: Platform {
    let (architecture, variant) = Self.normalized(architecture.lowercased(), variant?.lowercased() ?? "")
    let os = os.lowercased()
    var platform = Platform(
      os: os == "macos" ? "darwin" : os,
      architecture: architecture,
      variant: variant.isEmpty ? nil : variant
    )
    if os == "windows" {
      platform.osVersion = osVersion
      let features = Set(osFeatures ?? []).sorted()
      platform.osFeatures = features.isEmpty ? nil : features
    }
    return platform
  }

  /// True where an image for this platform also runs on the other one. The version of the operating system is ignored.
  package func isSame(as other: Platform) -> Bool { normalized.description == other.normalized.description }

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
