import ManifestLists
import OCI
import OCILayout

/// The lists of all spec files of a run.
struct ListSpecs {
  let lists: [ListSpec]

  /// Reads all files, and checks all that can be checked without a registry.
  ///
  /// - Throws: `SpecFileError`, or `SpecErrors` with everything that is wrong.
  init(files: [SpecFile], _ variables: SpecVariables, _ common: (inout PublishRequest) throws -> Void) throws {
    var lists: [ListSpec] = []
    var errors: [SpecError] = []
    var limits = SpecLimits()
    for file in files {
      for node in try file.lists(variables, &limits) {
        do { lists.append(try ListSpec(node, common)) } catch let error as SpecError { errors.append(error) }
      }
    }
    errors += Self.contradictions(in: lists)
    if !errors.isEmpty { throw SpecErrors(errors: errors) }
    if lists.contains(where: { $0.request.keptTags != nil }) {
      let places = lists.flatMap(\.request.places)
      let names = Set(places.map(\.identity))
      let patterns = lists.flatMap { list in
        list.request.patterns.compactMap { PatternOfList($0, ofListWith: list.request.names) }
      }
      let keptTags = KeptTagsOfRun()
      for index in lists.indices {
        lists[index].request.keptTagsOfRun = keptTags
        lists[index].request.namesOfRun = names
        lists[index].request.patternsOfRun = patterns
      }
    }
    self.lists = lists
  }

  /// The lists are published at the same time, so none may depend on another.
  private static func contradictions(in lists: [ListSpec]) -> [SpecError] {
    var errors: [SpecError] = []
    var owners = NameOwners<ListOwner>()
    var archives: [StoreIdentity: SpecPlace] = [:]
    for (index, list) in lists.enumerated() {
      for (name, place) in zip(list.request.names, list.namePlaces) {
        if let owner = owners.insert(name, of: ListOwner(list: index, name: name, place: place)) {
          errors.append(SpecError(place: place, reason: .nameTwice("\(name)", owner.place)))
        }
      }
      for target in list.request.targets where target.layout?.storage == .archive {
        if let other = archives.updateValue(list.place, forKey: target.identity) {
          errors.append(SpecError(place: list.place, reason: .archiveTwice("\(target)", other)))
        }
      }
    }
    for (index, list) in lists.enumerated() {
      for (source, place) in zip(list.request.sources, list.imagePlaces) {
        guard let owner = owners[image: source.place], owner.list != index else { continue }
        let isCertain = owner.name.identity == source.place.identity
        errors.append(SpecError(place: place, reason: .imageIsList("\(source)", owner.place, isCertain: isCertain)))
      }
    }
    return errors + lists.namesInPatterns() + lists.keptTagsTwice(owners)
  }
}

extension [ListSpec] {
  /// What a pattern stands for would depend on whether the other list has been published already.
  fileprivate func namesInPatterns() -> [SpecError] {
    guard contains(where: { !$0.request.patterns.isEmpty }) else { return [] }
    var names: [StoreIdentity: [(name: Place, list: Int, place: SpecPlace)]] = [:]
    for (index, list) in enumerated() {
      // Only such tags are images of a pattern.
      for (name, place) in zip(list.request.names, list.namePlaces) where name.tag?.namesArchitecture == true {
        names[name.store.identity, default: []].append((name, index, place))
      }
    }
    return enumerated().flatMap { index, list in
      zip(list.request.patterns, list.patternPlaces).compactMap { pattern, place in
        let stands = PatternOfList(pattern, ofListWith: list.request.names)
        let found = stands.flatMap { stands in
          names[stands.store]?.first { $0.list != index && stands.standsFor($0.name) }
        }
        return found.map {
          SpecError(place: place, reason: .patternIsList(pattern.tags.text, "\($0.name)", $0.place))
        }
      }
    }
  }

  /// - Parameter names: The lists that have the names of all lists.
  fileprivate func keptTagsTwice(_ names: NameOwners<ListOwner>) -> [SpecError] {
    var owners = names
    return enumerated().compactMap { index, list in
      // One platform shows whether the template makes the same tags for any two lists.
      let platforms = [Platform(os: "linux", architecture: "arm", variant: "v7")] + list.request.statedPlatforms
      let names = platforms.flatMap { list.request.keptNames(for: [$0]) }
      let errors = names.compactMap { name in
        owners.insert(name, of: ListOwner(list: index, name: name, place: list.place)).flatMap { owner in
          owner.list == index ? nil : SpecError(place: list.place, reason: .keptTagTwice("\(name)", owner.place))
        }
      }
      return errors.first
    }
  }
}

/// A list of the run, by its position, what it owns, and where it says so.
private struct ListOwner {
  let list: Int
  let name: Place
  let place: SpecPlace
}

extension Store {
  /// Nil for a repository.
  fileprivate var layout: LayoutReference? {
    if case .layout(let layout) = self { layout } else { nil }
  }
}
