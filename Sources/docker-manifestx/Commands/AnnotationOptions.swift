import ArgumentParser
import ManifestLists
import OCI

/// The options of `publish` for what a list has besides its images.
struct AnnotationOptions: ParsableArguments {
  @Option(
    name: .customLong("annotation"),
    help: ArgumentHelp(
      "Add an annotation to the list, or to the entries of images in it (repeatable)",
      valueName: "[TYPE[PLATFORM],...:]KEY=VALUE"
    )
  )
  var annotations: [String] = []

  @Flag(
    name: .customLong("annotations-from-labels"),
    help: "Copy the org.opencontainers.image labels that are the same in all images into the list, as annotations"
  )
  var fromLabels = false

  @Option(
    help: ArgumentHelp("Set the artifact type of the list (which is then an OCI index)", valueName: "TYPE/SUBTYPE")
  )
  var artifactType: String?

  @Option(
    help: ArgumentHelp("Set the subject of the list: a manifest in LIST's repository", valueName: "NAME|DIGEST")
  )
  var subject: String?

  /// - Throws: `UsageError` for a value that has not the accepted form, or that the other options contradict; `PlatformError`.
  func check(_ form: PublishRequest.ListForm) throws {
    try AnnotationArgument.checkValues(of: try parsedAnnotations())
    if let artifactType, MediaType(parsing: artifactType) == nil {
      throw UsageError.other(
        "invalid value \u{201C}\(artifactType)\u{201D} for --artifact-type: must be a media type, such as application/spdx+json"
      )
    }
    guard form == .docker, let used = usedOptions.first else { return }
    throw UsageError.other(
      "\(used) cannot be used with --media-type docker: only an OCI index can have \(Self.contents(of: used)). Leave one of them out"
    )
  }

  /// What they say. `check` has accepted them.
  ///
  /// - Parameter list: LIST.
  func additions(for list: Place) throws -> ListAdditions {
    var additions = ListAdditions()
    additions.annotations = try parsedAnnotations()
    additions.annotatesFromLabels = fromLabels
    additions.artifactType = artifactType.flatMap(MediaType.init(parsing:))
    additions.subject = try subject.map { try Self.subject($0, of: list) }
    return additions
  }

  private func parsedAnnotations() throws -> [ListAnnotation] {
    try annotations.flatMap(\.annotationLines).flatMap { try AnnotationArgument(parsing: $0).annotations }
  }

  private static func subject(_ text: String, of list: Place) throws -> Place {
    let isDigest = (try? Digest(parsing: text)) != nil
    let subject = try Source(parsing: isDigest ? "@\(text)" : text, in: list).place
    if subject.store != list.store { throw SubjectError(subject: subject, store: list.store) }
    return subject
  }

  /// Those that were used.
  var usedOptions: [String] {
    [
      annotations.isEmpty ? nil : "--annotation", fromLabels ? "--annotations-from-labels" : nil,
      artifactType.map { _ in "--artifact-type" }, subject.map { _ in "--subject" },
    ].compactMap(\.self)
  }

  private static func contents(of option: String) -> String {
    switch option {
    case "--artifact-type": "an artifact type"
    case "--subject": "a subject"
    default: "annotations"
    }
  }
}

/// A list and its subject are in one repository or layout: registries find referrers there.
struct SubjectError: Error, CustomStringConvertible, Advised {
  let subject: Place
  let store: Store

  var description: String {
    "--subject \(subject) is not in \(store), where LIST is: registries look for referrers there"
  }

  var advice: String? { "Name a tag or a digest that is there: --subject NAME|DIGEST" }
}

extension String {
  /// Lists of annotations are printed with one in each line, such as the `annotations` of docker/metadata-action. Unlike
  /// names, values keep the spaces in them.
  fileprivate var annotationLines: [String] {
    split { ["\n", "\r\n", "\r"].contains($0) }.map { $0.drop { $0 == " " || $0 == "\t" } }.filter { !$0.isEmpty }.map(
      String.init
    )
  }
}
