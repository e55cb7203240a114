import ManifestLists
import OCI

/// `[TYPE[PLATFORM],...:]KEY=VALUE`, as docker buildx has it.
///
/// https://docs.docker.com/reference/cli/docker/buildx/build/#annotation
struct AnnotationArgument {
  /// One for each of the types.
  let annotations: [ListAnnotation]

  /// - Throws: `UsageError` if the text has another form; `PlatformError`, also for a word that is not known.
  init(parsing text: String) throws {
    guard let sign = text.firstIndex(of: "=") else { throw Self.error(text, "there is no \u{201C}=\u{201D}") }
    let value = String(text[text.index(after: sign)...])
    let name = text[..<sign]
    // Without a type, the annotation is for the list.
    let colon = name.firstIndex(of: ":")
    let key = String(colon.map { name[name.index(after: $0)...] } ?? name)
    guard !key.isEmpty, !key.contains(where: \.isWhitespace) else {
      throw Self.error(text, key.isEmpty ? "the key is empty" : "\u{201C}\(key)\u{201D} is not a key")
    }
    let types = colon.map { name[..<$0].split(separator: ",", omittingEmptySubsequences: false) } ?? ["index"]
    annotations = try types.map { type in
      let (target, isMoved) = try Self.target(String(type), text)
      return ListAnnotation(target, key: key, value: value, isMoved: isMoved)
    }
  }

  /// An annotation of one place can have one value only. One for a platform is not in the same place as one for all images.
  ///
  /// - Throws: `UsageError`.
  static func checkValues(of annotations: [ListAnnotation]) throws(UsageError) {
    var values: [Place: String] = [:]
    for annotation in annotations {
      let place = Place(annotation)
      guard let other = values.updateValue(annotation.value, forKey: place), other != annotation.value else { continue }
      throw .other(
        "--annotation gives \(annotation.key) \(place.words) two values: \u{201C}\(other)\u{201D} and \u{201C}\(annotation.value)\u{201D}"
      )
    }
  }

  private static func target(_ type: String, _ text: String) throws -> (ListAnnotation.Target, isMoved: Bool) {
    var name = type[...]
    var platform: Platform?
    if let bracket = type.firstIndex(of: "["), type.hasSuffix("]") {
      name = type[..<bracket]
      let parsed = try Platform(parsing: String(type[type.index(after: bracket)...].dropLast()))
      if let unknown = parsed.unknownWord { throw unknown }
      platform = parsed
    }
    switch (name, platform) {
    case ("index", nil): return (.list, false)
    case ("index-descriptor", nil): return (.list, true)
    case ("manifest-descriptor", _): return (.entries(platform), false)
    case ("manifest", _): return (.entries(platform), true)
    case ("index", _), ("index-descriptor", _): throw error(text, "the type \(name) has no platform")
    default:
      let types = "index, manifest-descriptor, manifest or index-descriptor"
      throw error(text, "the type \u{201C}\(type)\u{201D} is not \(types)")
    }
  }

  private static func error(_ text: String, _ problem: String) -> UsageError {
    .other(
      "invalid value \u{201C}\(text)\u{201D} for --annotation: \(problem). Use KEY=VALUE, index:KEY=VALUE or manifest-descriptor[OS/ARCH]:KEY=VALUE"
    )
  }
}

/// A key of the list, or of some of its entries.
private struct Place: Hashable {
  let target: ListAnnotation.Target
  let key: String

  init(_ annotation: ListAnnotation) {
    key = annotation.key
    target =
      if case .entries(let platform?) = annotation.target { .entries(platform.normalized) } else { annotation.target }
  }

  var words: String {
    switch target {
    case .list: "of the list"
    case .entries(nil): "of the images"
    case .entries(let platform?): "of the image for \(platform)"
    }
  }
}
