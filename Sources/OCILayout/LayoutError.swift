import LocalSystem
import OCI

/// Why an image cannot be read from a layout, or written to it. Each names the file, as `DIRECTORY/index.json` or
/// `index.json in ARCHIVE`.
package enum LayoutError: Error, Hashable {
  /// The directory or the archive itself cannot be opened.
  case unavailable(path: String, SystemError)
  /// There are files, and they are not those of an image layout.
  case notALayout(path: String, reason: String)
  /// What `docker save` wrote before version 25, and `podman save` still does by default.
  case dockerArchive(path: String)
  /// The archive is compressed, so nothing can be read from its middle.
  case compressed(path: String, Compression)
  case missing(file: String)
  case unreadable(file: String, SystemError)
  /// An archive has a link, a sparse file or something else in its place.
  case notPlain(file: String)
  case unwritable(file: String, SystemError)
  /// The bytes that were to be written have another size or digest than they should have.
  case wrongContent(file: String)
  /// Another program holds the lock of this name all the time.
  case locked(file: String)
  case tooLarge(file: String, limit: Int)
  case wrongSize(file: String, expected: Int64, found: Int64)
  case wrongDigest(file: String, expected: Digest, found: Digest)
  /// What is in the file is not what the specification says.
  case invalid(file: String, reason: String)
  /// `names` are those of all images.
  case noSuchImage(String, path: String, names: [String])
  /// There are several images, and none of them was named.
  case noName(path: String, names: [String])
  /// An archive that is to be replaced has images with these names.
  case hasOtherImages(path: String, names: [String])
  /// Several images have this name. `names` are their whole names.
  case ambiguous(String, path: String, names: [String])
}

extension LayoutError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unavailable(let path, let error): "cannot open \(path): \(error)"
    case .notALayout(let path, let reason): "\(path) is not an OCI image layout: \(reason)"
    case .dockerArchive(let path):
      "\(path) is not an OCI image layout, but an archive in docker's older format, as docker before version 25 and "
        + "podman save without --format oci-archive write it"
    case .compressed(let path, let compression):
      "\(path) is compressed with \(compression.name), and only an archive that is not compressed can be read"
    case .missing(let file): "\(file) is missing"
    case .unreadable(let file, let error): "cannot read \(file): \(error)"
    case .notPlain(let file):
      "\(file) is not a regular file in the archive, but a link, a sparse file or something else"
    case .unwritable(let file, let error): "cannot write \(file): \(error)"
    case .wrongContent(let file): "cannot write \(file): the bytes are others than its name says"
    case .locked(let file):
      "cannot write the layout: another program has locked \(file)"
    case .tooLarge(let file, let limit): "\(file) is larger than \(limit) bytes"
    case .wrongSize(let file, let expected, let found):
      "\(file) has \(found) bytes, and should have \(expected): the layout is damaged"
    case .wrongDigest(let file, _, let found): "\(file) contains other bytes than its name says (\(found))"
    case .invalid(let file, let reason): "\(file): \(reason)"
    case .noSuchImage(let name, let path, let names):
      names.isEmpty ? "\(path) has no images" : "\(path) has no image \(name). It has: \(Self.list(names))"
    case .noName(let path, let names):
      names.isEmpty ? "\(path) has no images" : "\(path) has several images. Name one of them: \(Self.list(names))"
    case .hasOtherImages(let path, let names):
      "\(path) has other images, which would be lost: \(Self.list(names))"
    case .ambiguous(let name, let path, let names):
      "\(path) has several images \(name): \(Self.list(names))"
    }
  }

  /// Not more than a message can show.
  private static func list(_ names: [String]) -> String {
    let most = 20
    return names.prefix(most).joined(separator: ", ") + (names.count > most ? " and \(names.count - most) more" : "")
  }
}

extension LayoutError {
  /// True if the layout does not have the image, or is not there (an empty directory can become a layout).
  package var saysNoSuchImage: Bool {
    switch self {
    case .noSuchImage, .notALayout: true
    case .unavailable(_, let error): error.isMissingFile
    default: false
    }
  }
}
