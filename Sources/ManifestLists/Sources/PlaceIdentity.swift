import LocalSystem
import OCI

/// What a place is, however it is written: hosts are compared without regard to case, and layouts by where their paths lead.
package struct PlaceIdentity: Hashable, Sendable {
  private let store: StoreIdentity
  private var name: Name
  private let digest: Digest?

  private enum Name: Hashable {
    /// Nothing: the only image of a layout, or that of the digest.
    case none
    case exactly(String)
    /// In a layout, a whole reference that means the same as this one.
    case sameAs(Reference)
    /// In a layout, the tag of a whole reference.
    case ofReference(String)
  }

  fileprivate init(_ place: Place) {
    store = StoreIdentity(place.store)
    let name: String?
    switch place {
    case .registry(let reference): (name, digest) = (reference.tag?.text, reference.digest)
    case .layout(let layout): (name, digest) = (layout.name, layout.digest)
    }
    self.name = name.map(Name.exactly) ?? .none
  }
}

/// An image in a layout can be named in other ways than the list that it may be (`Index.positions(named:)`). What is in the
/// layout decides; here, every possible meaning counts.
extension PlaceIdentity {
  /// This name of a list, and what else may find it.
  var ofList: [PlaceIdentity] {
    guard case .layout = store, digest == nil else { return [self] }
    let others = reference.map { [with(.sameAs($0)), with(.ofReference($0.tag?.text ?? ""))] } ?? []
    return [self, with(.none)] + others
  }

  /// This name of an image, and what else it may find: an image can also have a reference and its tag for names.
  var ofImage: [PlaceIdentity] {
    guard case .layout = store, digest == nil, case .exactly(let text) = name else { return [self] }
    guard let reference else { return [self, with(.ofReference(text))] }
    return [self, with(.sameAs(reference)), with(.exactly(reference.tag?.text ?? ""))]
  }

  /// The name, if it is no tag, but a whole reference.
  private var reference: Reference? {
    guard case .exactly(let text) = name, (try? Tag(parsing: text)) == nil else { return nil }
    return try? Reference(parsing: text)
  }

  private func with(_ name: Name) -> PlaceIdentity {
    var other = self
    other.name = name
    return other
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
