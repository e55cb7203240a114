import Hashing
import LocalSystem
import OCI

/// Names an image in an image layout on this machine, as other programs write it:
///
/// - `oci-layout://DIRECTORY[:TAG][@DIGEST]` as buildx, `ocidir://DIRECTORY[:TAG][@DIGEST]` as regctl. The tag begins
///   after the last colon, if what follows can be a tag: other colons belong to the path.
/// - `oci:DIRECTORY[:NAME]` and `oci-archive:FILE[:NAME]` as skopeo and podman. The name begins after the first colon: it
///   may be a whole reference (`docker.io/library/app:v1`). A digest after it is accepted as well.
/// - A path that ends in `.tar`, or as a compressed archive does. A name may follow one that no reference begins with: `./`.
package struct LayoutReference: Hashable, Sendable {
  /// What the path leads to.
  package enum Storage: Hashable, Sendable {
    case directory
    /// A tar archive of the files of a layout.
    case archive
  }

  package let storage: Storage
  /// As it was written: relative to the working directory, or absolute.
  package let path: String
  /// The name of the image in the layout: a tag, or a whole reference. Nil for the only image, or that of the digest.
  package private(set) var name: String?
  package private(set) var digest: Digest?
  private var text: String
  /// The beginning of the text: a scheme, or empty.
  private let prefix: String

  /// - Returns: Nil if the text is not in one of these forms, but perhaps a reference to a registry.
  /// - Throws: `LayoutReferenceError` if a part of it is wrong.
  package init?(parsing text: String) throws(LayoutReferenceError) {
    if text.hasPrefix("oci://") {
      throw LayoutReferenceError(text: text, reason: .registry(String(text.dropFirst("oci://".count))))
    }
    // As skopeo names it; in any other form it could be a reference.
    if text.hasPrefix("docker-archive:"), text.hasSuffix(".tar") {
      throw LayoutReferenceError(text: text, reason: .dockerArchive(String(text.dropFirst("docker-archive:".count))))
    }
    guard let form = Form(text) else {
      if let file = Form.archive(in: text), FileIdentity(String(file)) != nil, Reference(shortName: text) != nil {
        throw LayoutReferenceError(text: text, reason: .archiveOrRepository(text))
      }
      // A host or a repository can have this name, too.
      let scheme = ["oci-layout", "ocidir"].first { text.hasPrefix("\($0):") }
      guard let scheme, (try? Reference(parsing: text)) == nil else { return nil }
      throw LayoutReferenceError(text: text, reason: .noSlashes(scheme))
    }
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      throw LayoutReferenceError(text: text, reason: .controlCharacter)
    }
    self.text = text
    storage = form.storage
    prefix = form.prefix
    var rest = text.dropFirst(form.prefix.count)
    do throws(DigestError) { digest = try form.names == .none ? nil : rest.removeDigest() } catch {
      throw LayoutReferenceError(text: text, reason: .digest(error))
    }
    switch form.names {
    case .none: name = nil
    case .tags: name = rest.removeTag()
    case .references: name = rest.removeName()
    }
    path = String(rest)
    if path.isEmpty { throw LayoutReferenceError(text: text, reason: .noPath) }
    if let name, !name.isNameInLayout { throw LayoutReferenceError(text: text, reason: .name(name)) }
  }
}

extension LayoutReference {
  /// What the path of a layout begins after: `oci:`.
  package static let prefixes = Form.all.map(\.prefix)

  /// True for the beginning of a path: no name in a registry begins so.
  package static func isPath(_ text: String) -> Bool { ["/", "./", "../", "~"].contains(where: text.hasPrefix) }

  /// The layout as a whole.
  package var withoutName: LayoutReference {
    var reference = self
    (reference.name, reference.digest, reference.text) = (nil, nil, prefix + path)
    return reference
  }

  /// An image in the layout: a tag, or a whole reference.
  package func naming(_ name: String) -> LayoutReference {
    var reference = withoutName
    reference.name = name
    reference.text = scheme + path + ":\(name)"
    return reference
  }

  /// Another image of the layout.
  ///
  /// - Parameter text: `:NAME`, `@DIGEST` or `:NAME@DIGEST`.
  /// - Throws: `LayoutReferenceError`.
  package func naming(parsing text: String) throws(LayoutReferenceError) -> LayoutReference {
    var reference = withoutName
    reference.text = scheme + path + text
    var rest = text[...]
    do throws(DigestError) { reference.digest = try rest.removeDigest() } catch {
      throw LayoutReferenceError(text: reference.text, reason: .digest(error))
    }
    if rest.hasPrefix(":") { reference.name = String(rest.dropFirst()) }
    if let name = reference.name ?? (rest.isEmpty ? nil : String(rest)), !name.isNameInLayout {
      throw LayoutReferenceError(text: reference.text, reason: .name(name))
    }
    return reference
  }

  /// A manifest in the layout.
  package func naming(_ digest: Digest) -> LayoutReference {
    var reference = withoutName
    reference.digest = digest
    reference.text = scheme + path + "@\(digest)"
    return reference
  }

  /// What a reference to an image in the layout begins with: the path of an archive alone cannot have a name or a digest.
  private var scheme: String { prefix.isEmpty ? "oci-archive:" : prefix }
}

/// The same path can be written in several forms.
extension LayoutReference {
  package static func == (one: LayoutReference, other: LayoutReference) -> Bool {
    (one.storage, one.path, one.name, one.digest) == (other.storage, other.path, other.name, other.digest)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(name)
    hasher.combine(digest)
  }
}

extension LayoutReference: CustomStringConvertible {
  /// As it was written.
  package var description: String { text }
}

/// One of the ways to write a reference to a layout.
private struct Form {
  enum Names { case none, tags, references }

  let prefix: String
  var storage = LayoutReference.Storage.directory
  var names = Names.references

  static let all = [
    Form(prefix: "oci-layout://", names: .tags), Form(prefix: "ocidir://", names: .tags),
    Form(prefix: "oci-archive:", storage: .archive), Form(prefix: "oci:"),
  ]
  private static let archiveNames = [
    ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst",
  ]

  init?(_ text: String) {
    if let form = Self.all.first(where: { text.hasPrefix($0.prefix) }) {
      self = form
    } else if Self.archiveNames.contains(where: text.hasSuffix) {
      self.init(prefix: "", storage: .archive, names: .none)
    } else {
      guard LayoutReference.isPath(text), Self.archive(in: text) != nil else { return nil }
      self.init(prefix: "", storage: .archive, names: .tags)
    }
  }

  /// The path before a name. It may also be that of a repository.
  static func archive(in text: String) -> Substring? {
    var path = text[...]
    _ = try? path.removeDigest()
    _ = path.removeTag()
    return archiveNames.contains(where: path.hasSuffix) ? path : nil
  }

  private init(prefix: String, storage: LayoutReference.Storage = .directory, names: Names = .references) {
    (self.prefix, self.storage, self.names) = (prefix, storage, names)
  }
}

extension Substring {
  /// Removes `@DIGEST` at the end.
  fileprivate mutating func removeDigest() throws(DigestError) -> Digest? {
    guard let at = lastIndex(of: "@") else { return nil }
    let digest = self[index(after: at)...]
    // Anything else belongs to the path or the name.
    guard StreamHash.Algorithm.allCases.contains(where: { digest.hasPrefix("\($0.rawValue):") }) else { return nil }
    let parsed = try Digest(parsing: digest)
    self = self[..<at]
    return parsed
  }

  fileprivate mutating func removeTag() -> String? {
    guard let colon = lastIndex(of: ":"), !self[colon...].contains("/") else { return nil }
    let tag = String(self[index(after: colon)...])
    // A tag that is empty is a mistake, and no part of a path.
    guard tag.isEmpty || (try? Tag(parsing: tag)) != nil else { return nil }
    self = self[..<colon]
    return tag
  }

  fileprivate mutating func removeName() -> String? {
    guard let colon = firstIndex(of: ":") else { return nil }
    let name = String(self[index(after: colon)...])
    self = self[..<colon]
    return name
  }
}

extension String {
  /// True if it has the characters of `org.opencontainers.image.ref.name`, or can be a tag of a registry.
  ///
  /// Image spec, "Pre-Defined Annotation Keys": https://github.com/opencontainers/image-spec/blob/main/annotations.md
  var isNameInLayout: Bool {
    guard let first = utf8.first, let last = utf8.last, utf8.count <= 512 else { return false }
    return (first.isAlphanumeric || first == UInt8(ascii: "_")) && !"/:@".utf8.contains(last)
      && utf8.allSatisfy { $0.isAlphanumeric || "-._:@+/".utf8.contains($0) }
  }
}

extension UInt8 {
  fileprivate var isAlphanumeric: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
}
