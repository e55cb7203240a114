import OCI

/// What becomes of an entry of a list. What is nil stays as it is.
package struct EntryChange: Hashable, Sendable {
  package var os: String?
  package var architecture: String?
  package var variant: String?
  package var osVersion: String?
  /// Empty to take them away.
  package var osFeatures: [String]?
  package var annotations: [String: String] = [:]

  package init() {}

  private var changesPlatform: Bool {
    os != nil || architecture != nil || variant != nil || osVersion != nil || osFeatures != nil
  }

  /// True if the platform of the entry would have no architecture.
  func lacksArchitecture(for entry: Descriptor) -> Bool {
    changesPlatform && (architecture ?? entry.statedPlatform?.architecture ?? "").isEmpty
  }

  /// Finds out whether the platform of an entry can be changed so, as far as this is known before the entry is.
  ///
  /// - Parameter platform: Of the entry; nil if it is not known.
  /// - Throws: `PlatformError` for a platform that does not exist.
  package func check(for platform: Platform?) throws(PlatformError) {
    // A variant belongs to an architecture, which may not be known yet.
    guard changesPlatform, platform != nil || architecture != nil || variant == nil else { return }
    // So does a version, and one operating system alone has versions.
    _ = try changed(platform ?? Platform(os: osVersion == nil ? "linux" : "windows", architecture: "amd64"))
  }

  /// - Throws: `PlatformError` for a platform that does not exist.
  func apply(to entry: inout Descriptor) throws(PlatformError) {
    entry.annotations.merge(annotations) { _, new in new }
    guard changesPlatform else { return }
    entry.platform = try changed(entry.statedPlatform ?? Platform(os: "", architecture: ""))
  }

  private func changed(_ old: Platform) throws(PlatformError) -> Platform {
    var platform = old
    if platform.os.isEmpty { platform.os = "linux" }
    // A variant belongs to its architecture.
    let variant = variant ?? (architecture == nil ? platform.variant : nil)
    let parts = [os ?? platform.os, architecture ?? platform.architecture] + (variant.map { [$0] } ?? [])
    let stated = try Platform(parsing: parts.joined(separator: "/"))
    if let unknown = stated.unknownWord { throw unknown }
    // So do a version and features to their operating system.
    if stated.os != old.normalized.os { (platform.osVersion, platform.osFeatures) = (nil, nil) }
    (platform.os, platform.architecture, platform.variant) = (stated.os, stated.architecture, stated.variant)
    if let osVersion { try platform.setVersion(osVersion) }
    if let osFeatures { platform.osFeatures = osFeatures.isEmpty ? nil : osFeatures }
    // Whatever is written must be readable again.
    if let problem = platform.problem { throw problem }
    return platform
  }
}
