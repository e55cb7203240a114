/// The entry of a list that an engine takes, and why.
package struct PlatformChoice: Hashable, Sendable {
  package enum Rule: Hashable, Sendable {
    /// The host's own platform.
    case same
    /// The highest variant below that of the host.
    case lowerVariant
    /// The host also runs images of this architecture: 386 on amd64, arm on arm64.
    case compatibleArchitecture
    /// The host also runs images of this operating system: linux on darwin and freebsd.
    case compatibleSystem
    /// The highest version of Windows that the host can run.
    case windowsVersion
    /// No entry is for the host, and this one does not state a platform.
    case noPlatform
    /// The first one whose operating system and architecture are those of the host.
    case first
  }

  /// In the list, from 0.
  package let position: Int
  package let rule: Rule
}
