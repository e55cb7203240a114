import JSON

/// Why some bytes cannot be read as a manifest.
package enum ManifestError: Error, Hashable {
  case json(JSONError)
  case digest(path: String, DigestError)
}

extension ManifestError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .json(let error): "\(error)"
    case .digest(let path, let error): "\(path): \(error)"
    }
  }
}

extension JSONNode {
  /// The root of a manifest. Two members with one name are an error: readers differ in which one they take, so another
  /// program could see another image.
  init(manifest bytes: [UInt8]) throws(ManifestError) {
    do { self.init(try JSONValue(decoding: bytes, duplicateNames: .refused)) } catch { throw .json(error) }
  }

  func manifestMember(_ name: String) throws(ManifestError) -> JSONNode {
    do { return try required(name) } catch { throw .json(error) }
  }
}
