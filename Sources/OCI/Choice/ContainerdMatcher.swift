/// How containerd takes an entry of a list: for each platform that the host can run, in order of preference, the entries
/// that have it; entries without a platform come last. A platform without an operating system is one of the host's.
///
/// `Only` and `Default` in https://github.com/containerd/platforms/blob/main/compare.go
struct ContainerdMatcher {
  /// In order of preference; each in the normalized form.
  private let wanted: [(platform: Platform, rule: PlatformChoice.Rule)]
  private let host: Platform

  init(host: Platform) {
    self.host = host
    let own = host.asContainerdReads
    var wanted = Self.variants(of: own).enumerated().map { ($1, $0 == 0 ? .same : PlatformChoice.Rule.lowerVariant) }
    switch (own.os, own.architecture) {
    case ("linux", "amd64"):
      wanted.append((own.with(architecture: "386", variant: nil), .compatibleArchitecture))
    case ("linux", "arm64") where !wanted.isEmpty:
      // A 32-bit program sees every processor from v8 on as v8.
      let arm = Self.variants(of: own.with(architecture: "arm", variant: "v8"))
      wanted += arm.map { ($0, .compatibleArchitecture) }
    case ("darwin", _), ("freebsd", _):
      var linux = own.with(architecture: own.architecture, variant: nil)
      linux.os = "linux"
      wanted = [(own, .same), (linux, .compatibleSystem)]
    case ("windows", _): wanted = [(own, .same)]
    default: break
    }
    self.wanted = wanted
  }

  /// The platform itself, and its lower variants from the highest on. None if the variant of arm64 is not known.
  private static func variants(of platform: Platform) -> [Platform] {
    let variant = platform.variant ?? ""
    // An image's word can be any number. No variant is higher than these.
    let number = Int(variant.hasPrefix("v") ? String(variant.dropFirst()) : variant).map { min($0, 9) }
    let names: [String]
    switch platform.architecture {
    case "amd64": names = [variant] + (number.map { level in (1..<max(1, level)).reversed().map { "v\($0)" } } ?? [])
    case "arm": names = [variant] + (number.map { version in (5..<max(5, version)).reversed().map { "v\($0)" } } ?? [])
    case "arm64": names = Self.arm64Variants(upTo: variant)
    default: names = [variant]
    }
    return names.map { platform.with(architecture: platform.architecture, variant: $0.isEmpty ? nil : $0).normalized }
  }

  /// Armv9.x includes Armv8.(x+5).
  private static func arm64Variants(upTo variant: String) -> [String] {
    let parts = variant.isEmpty ? ["v8"] : variant.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let minor = parts.count == 1 ? 0 : Int(parts[1]), (0...9).contains(minor) else { return [] }
    let below = { (major: String, highest: Int) in
      (0...highest).reversed().map { $0 == 0 ? major : "\(major).\($0)" }
    }
    switch parts[0] {
    case "v8": return below("v8", minor)
    case "v9" where minor <= 7: return below("v9", minor) + below("v8", min(minor + 5, 9))
    default: return []
    }
  }

  var preferences: [Platform] { wanted.map(\.platform) }

  func choice(from entries: [Descriptor]) -> PlatformChoice? {
    var best: (position: Int, rank: Int, detail: Detail)?
    for (position, entry) in entries.enumerated() {
      guard let platform = entry.statedPlatform else { continue }
      let names = platform.asContainerdReads
      guard let rank = wanted.firstIndex(where: { platform.matches($0.platform, as: names, on: host) })
      else { continue }
      let detail = Detail(platform, isWindows: wanted[rank].platform.os == "windows")
      if let best, best.rank < rank || best.rank == rank && best.detail >= detail { continue }
      best = (position, rank, detail)
    }
    if let best {
      let isVersion = best.detail.version != nil && host.osVersion != nil
      return PlatformChoice(position: best.position, rule: isVersion ? .windowsVersion : wanted[best.rank].rule)
    }
    return entries.firstIndex { $0.statedPlatform == nil }.map { PlatformChoice(position: $0, rule: .noPlatform) }
  }
}

/// What decides between two entries for one platform: on Windows the version, as text; elsewhere who needs more features.
private struct Detail: Comparable {
  let version: String?
  let featureCount: Int

  init(_ platform: Platform, isWindows: Bool) {
    version = isWindows ? platform.osVersion : nil
    featureCount = isWindows ? 0 : platform.osFeatures?.count ?? 0
  }

  static func < (one: Detail, other: Detail) -> Bool {
    (one.version ?? "", one.featureCount) < (other.version ?? "", other.featureCount)
  }
}

extension Platform {
  /// The normalized form, without the spelling `armv8` of a variant: containerd takes it for a variant of its own.
  fileprivate var asContainerdReads: Platform {
    var platform = self
    if platform.os.isEmpty { platform.os = "linux" }
    let normal = platform.normalized
    guard let variant = variant?.lowercased(), variant.hasPrefix("armv"), normal.architecture.hasPrefix("arm") else {
      return normal
    }
    return normal.with(architecture: normal.architecture, variant: variant)
  }

  fileprivate func with(architecture: String, variant: String?) -> Platform {
    var platform = self
    platform.architecture = architecture
    platform.variant = variant
    return platform
  }

  /// - Parameter names: This platform as containerd reads it.
  fileprivate func matches(_ wanted: Platform, as names: Platform, on host: Platform) -> Bool {
    guard (names.os, names.architecture, names.variant) == (wanted.os, wanted.architecture, wanted.variant)
    else { return false }
    let isWindows = wanted.os == "windows"
    if isWindows, !WindowsBuild.runs(osVersion, on: host.osVersion) { return false }
    let needed = Set(osFeatures ?? []).subtracting(host.osFeatures ?? [])
    return needed.subtracting(isWindows ? ["", "win32k"] : [""]).isEmpty
  }
}

/// The part of a version of Windows that decides which images it can run.
///
/// `platform_windows_compat.go` in https://github.com/containerd/platforms
private struct WindowsBuild {
  private let release: [Int]
  private let build: Int

  /// Zero unless it is a number of three parts or more.
  private init(_ text: String) {
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    let parts = numbers.count < 3 ? [] : numbers.prefix(3).compactMap(\.self)
    (release, build) = parts.count == 3 ? (Array(parts.prefix(2)), parts[2]) : ([0, 0], 0)
  }

  /// Without a version on one of the sides, it runs.
  static func runs(_ image: String?, on host: String?) -> Bool {
    guard let image, !image.isEmpty, let host, !host.isEmpty else { return true }
    let (own, other) = (WindowsBuild(host), WindowsBuild(image))
    if own.release == [0, 0], own.build == 0 { return true }
    guard own.release == other.release else { return false }
    guard own.build >= server2022 else { return own.build == other.build }
    // Since Windows Server 2022, a host also runs the images of the long-term release before its own.
    return server2022 <= other.build && other.build <= own.build
  }

  private static let server2022 = 20348
}
