import JSON
import LocalSystem
import OCI

/// The file of `publish --from`.
struct ListFile {
  /// `-` for standard input.
  let path: String

  /// The list, byte for byte.
  ///
  /// - Throws: `ListFileError`.
  func list() throws(ListFileError) -> RawManifest {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try File.contents(ofStream: path, limit: Self.limit) } catch {
      throw ListFileError(file: name, reason: .unreadable(error))
    }
    do {
      let type = try MediaType.named(inManifest: bytes) ?? .ociIndex
      guard type.isIndex else { throw ListFileError(file: name, reason: .notAList(type)) }
      _ = try Index(decoding: bytes, mediaType: type)
      try Index.checkSchemaVersion(in: bytes)
      return RawManifest(bytes: bytes, mediaType: type, digest: try Digest(of: bytes))
    } catch let error as ListFileError { throw error } catch {
      throw ListFileError(file: name, reason: .invalid(error))
    }
  }

  /// In bytes: what registries accept.
  private static let limit = 4 << 20

  /// As messages name it.
  var name: String { path == "-" ? "standard input" : path }
}

/// Why a file cannot be published as a list.
struct ListFileError: Error {
  enum Reason {
    case unreadable(SystemError)
    case notAList(MediaType)
    case invalid(any Error)
  }

  let file: String
  let reason: Reason
}

extension ListFileError: CustomStringConvertible {
  var description: String {
    switch reason {
    case .unreadable(let error): "cannot read \(file): \(error)"
    case .notAList(let type): "\(file) is not a list of images: its mediaType is \(type)"
    case .invalid(let error): "\(file) is not a list of images: \(error)"
    }
  }
}

extension ListFileError: Advised {
  var advice: String? { "docker manifestx publish --dry-run LIST IMAGE... prints such a list" }
}
