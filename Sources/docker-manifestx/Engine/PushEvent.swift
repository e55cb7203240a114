import ManifestLists
import OCI

/// What happens while images of this machine are pushed.
enum PushEvent: Sendable {
  /// It is not pushed: it has a digest, and must be in the registry, or it is in a layout, and is copied later.
  case skipped(Source)
  case began(Reference, engine: String)
  /// The engine has printed a line.
  case printed(Reference, String)
  /// The engine has ended.
  case ended(Reference, isPushed: Bool)
}
