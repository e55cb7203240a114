import OCI

/// The text names no image in a layout.
package struct LayoutReferenceError: Error, Hashable {
  /// What is wrong with it.
  package enum Reason: Hashable, Sendable {
    case noPath
    case controlCharacter
    /// `oci://`, which in other programs means a registry.
    case registry(String)
    /// `oci-layout:` or `ocidir:` without `//`.
    case noSlashes(String)
    /// `docker-archive:`, whose file `docker save` of docker 25 and later makes a layout as well.
    case dockerArchive(String)
    /// The name of an archive that exists, and of an image on Docker Hub as well.
    case archiveOrRepository(String)
    case name(String)
    case digest(DigestError)
  }

  /// The whole text, as it was given.
  package let text: String
  package let reason: Reason
}

extension LayoutReferenceError: CustomStringConvertible {
  package var description: String { "invalid image layout \u{201C}\(text)\u{201D}: \(reason)" }
}

extension LayoutReferenceError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noPath: "the path is missing"
    case .controlCharacter: "the path contains a newline, or another control character"
    case .registry(let name):
      "oci:// means a registry in some programs, and a directory in none. Write \(name) for a registry, "
        + "or oci-layout://DIRECTORY for a directory"
    case .dockerArchive(let file): "write oci-archive:\(file)"
    case .noSlashes(let scheme): "write \(scheme)://DIRECTORY:TAG"
    case .archiveOrRepository(let text):
      "write ./\(text) for the archive, or \(DockerHub.host)/\(text) for the repository"
    case .name(let name):
      name.isEmpty
        ? "the tag is empty"
        : "\u{201C}\(name)\u{201D} cannot be a tag: use letters and digits, with . _ - + : @ / between them"
    case .digest(let error): "\(error)"
    }
  }
}
