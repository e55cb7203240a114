import HTTP

extension RegistryError {
  /// The same error, where a connection that broke, or was too slow, is said to have been used for this: of many blobs, its
  /// host does not tell which one.
  ///
  /// - Parameter what: Such as "pulling the blob sha256:… of r.example/app".
  func during(_ what: String) -> RegistryError {
    guard case .transport(let error, let registry, let isInsecure, let unusable) = self else { return self }
    let named: TransportError
    switch error {
    case .cut(let host, let reason): named = .cut(host: host, reason: "\(reason), while \(what)")
    case .timedOut(let host, let reason, let stage):
      named = .timedOut(host: host, reason: "\(reason), while \(what)", stage: stage)
    default: return self
    }
    return .transport(named, registry: registry, isInsecure: isInsecure, unusable: unusable)
  }
}
