/// What states the platform of a list's entry.
package enum PlatformOrigin: Hashable, Sendable {
  /// The user, with the source.
  case assigned
  case tag
  /// The repository's name.
  case path
  case config
  /// The index that the image was found in.
  case index
  /// Both, and they agree.
  case tagAndConfig
}
