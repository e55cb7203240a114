import OCI
import OCILayout
import OCIRegistry
import Transfer

/// Goes from a name to an image as a program does that pulls it: with a HEAD for the name, and a GET for each manifest.
/// Nothing is read twice.
package struct NameResolver: Sendable {
  let registries: Registries
  let mirror: Registry?
  let options: ResolveOptions

  /// - Parameter mirror: Is asked instead of the registry, as containerd asks one.
  package init(registries: Registries, mirror: Registry? = nil, _ options: ResolveOptions) {
    (self.registries, self.mirror, self.options) = (registries, mirror, options)
  }

  /// - Throws: `ResolveError`, `InspectError.missing`, `RegistryError`, `LayoutError` or `SettingsError`.
  package func resolve(_ place: Place) async throws -> ResolvedName {
    switch place {
    case .layout(let layout):
      let source = LayoutSource(try layout.withoutName.open())
      var walk = ManifestWalk(options, place, source)
      let image = try await walk.image(named: source.name(of: layout))
      return resolved(place, walk, image)
    case .registry(let reference):
      let client = await client(reference.repository)
      do { return try await resolve(reference, client) } catch let error as RegistryError {
        guard case .notFound(let missing, _) = error else { throw error }
        if mirror != nil { throw ResolveError.notInMirror(error) }
        guard missing == reference else { throw error }
        throw InspectError.missing(error, await NearestTags().repositoryTags(near: reference, error, client))
      }
    }
  }

  private func client(_ repository: Repository) async -> RepositoryClient {
    if let mirror { return await registries.repository(repository, in: mirror) }
    return await registries.repository(repository)
  }

  private func resolve(_ reference: Reference, _ client: RepositoryClient) async throws -> ResolvedName {
    // The answer to a GET also tells what a HEAD would.
    let known = reference.digest == nil ? try await client.descriptor(of: reference.name) : nil
    var walk = ManifestWalk(options, .registry(reference), client)
    let image = try await walk.image(named: reference.name, known: known)
    return resolved(.registry(reference), walk, image, await client.access())
  }

  private func resolved(
    _ place: Place,
    _ walk: ManifestWalk,
    _ image: Descriptor,
    _ access: RepositoryAccess? = nil
  ) -> ResolvedName {
    ResolvedName(place: place, options: options, steps: walk.steps, image: image, access: access)
  }
}
