/// Who has the names of lists, however they are written.
package struct NameOwners<Owner> {
  private var owners: [PlaceIdentity: Owner] = [:]

  package init() {}

  /// Whose name an image has, or may have.
  package subscript(image image: Place) -> Owner? { image.identity.ofImage.lazy.compactMap { owners[$0] }.first }

  /// Gives a name an owner.
  ///
  /// - Returns: The owner that it has already, and keeps.
  @discardableResult
  package mutating func insert(_ name: Place, of owner: Owner) -> Owner? {
    let identity = name.identity
    if let present = owners[identity] { return present }
    for identity in identity.ofList where owners[identity] == nil { owners[identity] = owner }
    return nil
  }
}
