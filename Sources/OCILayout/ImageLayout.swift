import JSON
import OCI

/// Images in the files of an image layout, wherever these files are. Everything is read anew each time, and nothing is
/// believed that is not verified.
///
/// Image spec, "Image layout": https://github.com/opencontainers/image-spec/blob/main/image-layout.md
package protocol ImageLayout: Sendable {
  /// Of the directory or the archive, as the user wrote it.
  var path: String { get }

  /// What a message calls a file of the layout.
  func name(ofFile file: String) -> String

  /// Opens a file of the layout by its path in it, such as `index.json`.
  ///
  /// - Throws: `LayoutError`; `.missing` if there is none.
  func open(_ file: String) throws(LayoutError) -> LayoutFile
}

extension ImageLayout {
  static var markerFile: String { "oci-layout" }
  private static var version: String { "1.0.0" }
  /// What the marker file of a new layout contains.
  static var marker: [UInt8] { JSONValue.object(["imageLayoutVersion": .string(version)]).encoded() }
  static var indexFile: String { "index.json" }

  /// - Throws: `LayoutError` if the files are not those of a layout that this program knows.
  func checkVersion() throws(LayoutError) {
    let file = name(ofFile: Self.markerFile)
    let bytes: [UInt8]
    do { bytes = try open(Self.markerFile).contents(limit: 64 << 10) } catch .missing {
      throw .notALayout(path: path, reason: "it has no file \(Self.markerFile)")
    }
    let version: String
    do throws(JSONError) {
      version = try JSONNode(JSONValue(decoding: bytes)).required("imageLayoutVersion").string()
    } catch { throw .invalid(file: file, reason: "\(error)") }
    guard version == Self.version else {
      throw .invalid(
        file: file,
        reason: "version \u{201C}\(version)\u{201D} of image layouts is not known, only \(Self.version)"
      )
    }
  }

  /// What `index.json` contains.
  ///
  /// - Throws: `LayoutError`.
  func index() throws(LayoutError) -> Index {
    let bytes = try open(Self.indexFile).contents(limit: Self.documentLimit)
    do { return try Index(decoding: bytes, mediaType: .ociIndex) } catch {
      throw .invalid(file: name(ofFile: Self.indexFile), reason: "\(error)")
    }
  }

  /// Of a manifest, a config or `index.json`, in bytes: as much as is read from a registry.
  static var documentLimit: Int { 4 << 20 }

  /// Finds the image that a reference means.
  ///
  /// - Parameters:
  ///   - name: Nil for the only image.
  ///   - digest: Of the image, or of a manifest in it. The name is then only a remark for people.
  /// - Throws: `LayoutError`, which names the images that exist; `HashingUnavailable`.
  package func descriptor(_ name: String?, digest: Digest? = nil) throws -> Descriptor {
    let index = try index()
    if let digest { return try descriptor(digest, in: index) }
    let found = name.map { index.positions(named: $0) } ?? Array(index.manifests.indices)
    guard let first = found.first.map({ index.manifests[$0] }) else {
      throw LayoutError.noSuchImage(name ?? "", path: path, names: index.imageNames)
    }
    if found.allSatisfy({ index.manifests[$0].digest == first.digest }) { return first }
    guard let name else { throw LayoutError.noName(path: path, names: index.imageNames) }
    throw LayoutError.ambiguous(name, path: path, names: index.imageNames(at: found))
  }

  /// A manifest that `index.json` does not name has the type that it states itself.
  private func descriptor(_ digest: Digest, in index: Index) throws -> Descriptor {
    if let entry = index.manifests.first(where: { $0.digest == digest }) { return entry }
    let file = try openImage(digest, in: index)
    let bytes = try document(file, digest)
    return Descriptor(mediaType: try Self.mediaType(of: bytes, file.name), size: file.size, digest: digest)
  }

  /// - Throws: `LayoutError.noSuchImage` if there is no such blob: the user named it.
  private func openImage(_ digest: Digest, in index: Index) throws -> LayoutFile {
    do { return try openBlob(digest) } catch LayoutError.missing {
      throw LayoutError.noSuchImage("@\(digest)", path: path, names: index.imageNames)
    }
  }

  static func mediaType(of manifest: [UInt8], _ file: String) throws(LayoutError) -> MediaType {
    do throws(ManifestError) {
      if let type = try MediaType.named(inManifest: manifest) { return type }
      // The first OCI manifests do not state it.
      if (try? Index(decoding: manifest, mediaType: .ociIndex)) != nil { return .ociIndex }
      _ = try ImageManifest(decoding: manifest)
      return .ociManifest
    } catch { throw .invalid(file: file, reason: "\(error)") }
  }

  /// All bytes of a manifest or config, which is verified.
  func document(_ file: LayoutFile, _ digest: Digest) throws -> [UInt8] {
    let bytes = try file.contents(limit: Self.documentLimit)
    let found = try Digest(of: bytes, digest.algorithm)
    guard found == digest else { throw LayoutError.wrongDigest(file: file.name, expected: digest, found: found) }
    return bytes
  }

  func openBlob(_ digest: Digest) throws(LayoutError) -> LayoutFile { try open(Self.blobFile(digest)) }

  static func blobFile(_ digest: Digest) -> String { "blobs/\(digest.algorithm.rawValue)/\(digest.hex)" }
}
