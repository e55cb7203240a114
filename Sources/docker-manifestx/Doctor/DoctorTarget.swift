import HTTP
import ManifestLists
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
  /// - Throws: `ReferenceError`; `UsageError` for an image layout.
  init(parsing text: String) throws {
    let name = text.hasSuffix("/") ? String(text.dropLast()) : text
    if !name.contains("/"), !name.contains("@"), Self.isHost(name) {
      guard let registry = Registry(parsing: name) else { throw ReferenceError(text, .host(name)) }
      self.registry = DockerHub.isHost(HostAndPort(name).name) ? .dockerHub : registry
      (repository, manifest) = (nil, nil)
      return
    }
    guard case .registry(let reference) = try Place(parsing: text) else {
      throw UsageError.other("\(text) is an image layout, and doctor checks registries")
    }
    (registry, repository) = (reference.repository.registry, reference.repository)
    // Without a tag, a reference means `latest`, which nobody asked about.
    manifest = text.hasSuffix(":\(Tag.latest)") || reference.name != .tag(.latest) ? reference.name : nil
  }

  private static func isHost(_ text: String) -> Bool {
    let place = HostAndPort(text)
    let port = place.port.map { Int($0) }
    // Such as the tag in python:3.12.
    if case .some(nil) = port { return false }
    let isName = place.host.contains(".") || place.host.hasPrefix("[") || place.host == "localhost"
    return isName || (port ?? nil).map { (1024...65_535).contains($0) } ?? false
  }

  /// As messages name it; nil for a registry alone.
  var name: String? { repository.map { "\($0)\(manifest.map { "\($0)" } ?? "")" } }
}
