import HTTP
import OCI

/// What `doctor` is asked about: a registry, and perhaps a repository or an image in it.
struct DoctorTarget: Hashable, Sendable {
  let registry: Registry
  /// Nil for a registry alone.
  let repository: Repository?
  /// The tag or digest that the text names; nil if it names none.
  let manifest: ManifestName?

  /// A name without a slash is that of a registry if it has a dot, is `localhost`, or is followed by a port that nobody takes
  /// for a tag; otherwise it is an image of Docker Hub, as for docker: `alpine`, `alpine:3`, `python:3.12`.
  ///
  /// - Throws: `ReferenceError`.
  init(parsing text: String) throws(ReferenceError) {
    let name = text.hasSuffix("/") ? String(text.dropLast()) : text
    if !name.contains("/"), !name.contains("@"), Self.isHost(name), let registry = Registry(parsing: name) {
      self.registry = DockerHub.isHost(HostAndPort(name).name) ? .dockerHub : registry
      (repository, manifest) = (nil, nil)
      return
    }
    let reference = try Reference(parsing: text)
    (registry, repository) = (reference.repository.registry, reference.repository)
    // Without a tag, a reference means `latest`, which nobody asked about.
    manifest = text.hasSuffix(":\(Tag.latest)") || reference.name != .tag(.latest) ? reference.name : nil
  }

  private static func isHost(_ text: String) -> Bool {
    let place = HostAndPort(text)
    let port = place.port.map { UInt16($0) }
    // Such as the tag in python:3.12.
    if case .some(nil) = port { return false }
    let isName = place.host.contains(".") || place.host.hasPrefix("[") || place.host == "localhost"
    return isName || (port ?? nil).map { $0 >= 1024 } ?? false
  }

  /// As messages name it; nil for a registry alone.
  var name: String? { repository.map { "\($0)\(manifest.map { "\($0)" } ?? "")" } }
}
