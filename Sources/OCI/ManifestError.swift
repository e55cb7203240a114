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
