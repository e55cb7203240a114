/// A platform as people and tools write it, in the form that engines find in a list: `aarch64` becomes arm64, `armv8` and
/// `8` become v8, and a variant that the architecture does not have is left out.
struct PlatformSpelling: Hashable {
  let os: String?
  let architecture: String?
  /// One that exists for the architecture; nil where there is none, or amd64's v1, which means none.
  let variant: String?
  /// As it was written, where the architecture has no such variant. No engine finds an entry that has it.
  let unknownVariant: String?

  /// The words are in lower case. A name that means a variant, too (`armhf`), counts more than the variant beside it.
  init(os: String?, architecture word: String?, variant written: String?) {
    let name = word.flatMap(PlatformName.init)
    self.os = os.map { operatingSystems[$0] ?? $0 }
    architecture = name?.architecture ?? word
    if let variant = name?.variant {
      self.variant = variant
      unknownVariant = nil
    } else if let written, let architecture {
      let variant = Self.spelled(written, architecture)
      let exists = Self.exists(variant, architecture)
      self.variant = exists && variant != "v1" ? variant : nil
      unknownVariant = exists ? nil : written
    } else {
      variant = written.map { Self.spelled($0, "") }
      unknownVariant = nil
    }
  }

  /// The variants of an architecture, as a sentence lists them; nil if it has none.
  static func variants(of architecture: String) -> String? {
    switch architecture {
    case "amd64": "v1, v2, v3 and v4"
    case "arm": "v5, v6, v7 and v8"
    case "arm64": "v8 and v9, with or without a minor version (v8.2)"
    default: nil
    }
  }

  /// True for a variant of this architecture, as docker writes it: `v8` and not `8`.
  static func isVariant(_ word: String, of architecture: String) -> Bool {
    exists(word, architecture) && word != "v1"
  }

  private static func exists(_ variant: String, _ architecture: String) -> Bool {
    switch architecture {
    case "amd64": ["v1", "v2", "v3", "v4"].contains(variant)
    case "arm": ["v5", "v6", "v7", "v8"].contains(variant)
    case "arm64":
      variant == "v8" || variant == "v9"
        || (variant.count == 4 && ["v8.", "v9."].contains(variant.prefix(3)) && variant.suffix(1).beginsWithDigit)
    default: false
    }
  }

  /// `v8` for `8`, `armv8`, `v8.0` and, on arm, `v8l`.
  private static func spelled(_ written: String, _ architecture: String) -> String {
    var variant = written.withoutArm
    if variant.beginsWithDigit { variant = "v\(variant)" }
    if architecture == "arm", variant.hasSuffix("l") { variant.removeLast() }
    if variant.hasSuffix(".0") { variant.removeLast(2) }
    return variant
  }
}

extension Platform {
  /// The platform as all engines find it in a list: podman, for example, compares names as they are written. Parts that are no
  /// words stay as they are.
  package var spelled: Platform {
    let (os, architecture) = (os.lowercased(), architecture.lowercased())
    guard os.isPlatformWord, architecture.isPlatformWord else { return self }
    let spelling = PlatformSpelling(os: os, architecture: architecture, variant: variant?.lowercased())
    var platform = self
    platform.os = spelling.os ?? os
    platform.architecture = spelling.architecture ?? architecture
    platform.variant = spelling.variant
    return platform
  }
}

extension StringProtocol {
  fileprivate var beginsWithDigit: Bool {
    utf8.first?.isDigit ?? false
  }
}
