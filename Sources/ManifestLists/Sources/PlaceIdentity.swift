import LocalSystem
import OCI

/// What a place is, however it is written: hosts are compared without regard to case, and layouts by where their paths lead.
package struct PlaceIdentity: Hashable, Sendable {
  private let store: StoreIdentity
  private let name: String?
  private let digest: Digest?

  fileprivate init(_ place: Place) {
    store = StoreIdentity(place.store)
    switch place {
    case .registry(let reference): (name, digest) = (reference.tag?.text, reference.digest)
    case .layout(let layout): (name, digest) = (layout.name, layout.digest)
    }
  }
}

extension Place {
  /// Two places with the same one are one place.
  package var identity: PlaceIdentity { PlaceIdentity(self) }
}

extension Store {
  /// Two stores with the same one are one store.
  package var identity: StoreIdentity { StoreIdentity(self) }
}

/// The same for a repository or a layout.
package enum StoreIdentity: Hashable, Sendable {
  case repository(host: String, path: String)
  case layout(PathIdentity)

  fileprivate init(_ store: Store) {
    switch store {
    case .repository(let repository):
      self = .repository(host: repository.registry.comparedHost, path: repository.path)
    case .layout(let layout): self = .layout(PathIdentity(layout.path))
    }
  }
}

extension Registry {
  /// In lower case, and without the port that is the default.
  fileprivate var comparedHost: String {
    let host = host.lowercased()
    return host.hasSuffix(":443") ? String(host.dropLast(4)) : host
  }
}
