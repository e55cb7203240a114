import ManifestLists
import OCI

/// One list of a spec file.
struct ListSpec: Sendable {
  let place: SpecPlace
  var request: PublishRequest
  /// Where each of the request's names is in the file, in their order.
  private(set) var namePlaces: [SpecPlace] = []
  /// The same for its images, without patterns.
  private(set) var imagePlaces: [SpecPlace] = []
  /// The same for its patterns.
  private(set) var patternPlaces: [SpecPlace] = []

  private static let keys = ["image", "tags", "annotations", "manifests", "expect", "media-type"]
  private static let imageKeys = ["image", "platform"]

  /// - Parameters:
  ///   - node: The mapping.
  ///   - common: Sets what the options of the command line say about every list.
  /// - Throws: `SpecError`.
  init(_ node: SpecNode, _ common: (inout PublishRequest) throws -> Void) throws {
    place = node.place
    let members = try node.members(Self.keys)
    guard let image = members["image"] else { throw node.error(.missing("image")) }
    let list = try image.text()
    var names = [try image.reading { try PublishArguments(list: list, images: []).request().names[0] }]
    namePlaces = [image.place]
    for tag in try members["tags"]?.elementsOrText() ?? [] where !tag.node.isNull {
      let text = try tag.text()
      let further = try tag.reading {
        try PublishArguments(list: list, images: [], tags: [text]).request().names.dropFirst()
      }
      for name in further where !names.contains(name) {
        names.append(name)
        namePlaces.append(tag.place)
      }
    }
    var sources: [Source] = []
    var patterns: [SourcePattern] = []
    for image in try members["manifests"]?.elements() ?? [] {
      let found = try Self.image(image, in: list)
      patterns += found.patterns.map { SourcePattern($0.tags, position: sources.count) }
      patternPlaces += found.patterns.map { _ in image.place }
      sources += found.sources
      imagePlaces += found.sources.map { _ in image.place }
    }
    if sources.isEmpty, patterns.isEmpty { throw (members["manifests"] ?? node).error(.noImages) }
    request = try node.reading { try PublishRequest(names: names, sources: sources) }
    request.patterns = patterns
    try node.reading { try common(&request) }
    try read(members)
    try node.reading { try request.checkNames() }
  }

  /// - Returns: One source, or one pattern.
  private static func image(_ node: SpecNode, in list: String) throws(SpecError) -> PublishRequest {
    let members = node.isText ? [:] : try node.members(Self.imageKeys)
    guard let image = node.isText ? node : members["image"] else { throw node.error(.missing("image")) }
    let text = try image.text()
    let request = try image.reading { try PublishArguments(list: list, images: [text]).request() }
    guard let platform = members["platform"] else { return request }
    guard var source = request.sources.first else { throw platform.error(.platformOfPattern(text)) }
    try PlatformSpec(node: platform).apply(to: &source)
    return try image.reading { try PublishRequest(names: request.names, sources: [source]) }
  }

  /// The keys that are about the list as a whole.
  private mutating func read(_ members: [String: SpecNode]) throws(SpecError) {
    if let expect = members["expect"] {
      request.expectedPlatforms = []
      for platforms in try expect.elementsOrText() {
        let text = try platforms.text()
        request.expectedPlatforms += try platforms.reading { try [text].platforms() }
      }
    }
    if let type = members["media-type"] {
      let word = try type.text()
      guard let form = PublishRequest.ListForm(rawValue: word) else {
        throw type.error(.word(word, allowed: PublishRequest.ListForm.allCases.map(\.rawValue)))
      }
      request.form = form
    }
    for (key, place, value) in try members["annotations"]?.members() ?? [] where !value.node.isNull {
      guard !key.isEmpty, !key.contains(where: \.isWhitespace) else {
        throw SpecError(place: place, reason: .annotationKey(key))
      }
      let annotation = ListAnnotation(.list, key: key, value: try value.text())
      let other = request.additions.annotations.first { $0.target == .list && $0.key == key }
      if let other, other.value != annotation.value {
        throw SpecError(place: place, reason: .annotationTwice(key, annotation.value, option: other.value))
      }
      request.additions.annotations.append(annotation)
    }
    if request.form == .docker, let (content, option) = request.additions.contentOfIndex {
      throw SpecError(
        place: (members["media-type"] ?? members["annotations"])?.place ?? place,
        reason: .notInDockerList(content, option: option)
      )
    }
  }
}

extension ListAdditions {
  /// What only an OCI index can have, and the option that adds it; nil for annotations, which a file can have as well.
  fileprivate var contentOfIndex: (content: String, option: String?)? {
    if !annotations.isEmpty { return ("annotations", nil) }
    if annotatesFromLabels { return ("annotations", "--annotations-from-labels") }
    return artifactType.map { _ in ("an artifact type", "--artifact-type") }
  }
}
