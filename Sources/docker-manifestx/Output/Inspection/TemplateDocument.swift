import JSON
import ManifestLists
import OCI

/// What the fields of a template are for `inspect`: `.Name`, `.Digest`, `.Manifest` and `.Image`, as `docker buildx imagetools
/// inspect` has them. docs/templates.md documents them.
enum TemplateDocument {
  /// - Parameter inspection: With its manifest, and for `.Image` with the content of its images.
  /// - Throws: `JSONError`.
  static func value(of inspection: Inspection) throws(JSONError) -> JSONValue {
    let descriptor = inspection.descriptor
    return .object([
      "name": .string("\(inspection.place)"),
      "digest": .string("\(descriptor.digest)"),
      "manifest": try manifest(inspection.manifest, descriptor),
      "image": try image(inspection.content),
    ])
  }

  /// The members of the manifest, and those of its descriptor that it does not have itself.
  private static func manifest(_ manifest: RawManifest?, _ descriptor: Descriptor) throws(JSONError) -> JSONValue {
    let own: JSONValue? = try manifest.map { manifest throws(JSONError) in
      try JSONValue(decoding: manifest.bytes, dialect: .go)
    }
    var members = [
      JSONMember(name: "mediaType", value: .string("\(descriptor.mediaType)")),
      JSONMember(name: "digest", value: .string("\(descriptor.digest)")),
      JSONMember(name: "size", value: .integer(descriptor.size)),
    ]
    if case .object(let others)? = own {
      members += others.filter { !["mediaType", "digest", "size"].contains($0.name) }
    }
    return .object(members)
  }

  /// The config of an image; of a list, an object of the configs by platform. Nil if they were not read. An image for the
  /// same platform as one before it has its version in the name, as buildx writes it.
  private static func image(_ content: Inspection.Content) throws(JSONError) -> JSONValue? {
    switch content {
    case .unread: return nil
    case .image(let entry): return try config(of: entry)
    case .list(let list):
      var images: [JSONMember] = []
      var taken: Set<String> = []
      for entry in list.entries {
        guard let platform = entry.runnablePlatform, let config = try config(of: entry) else { continue }
        let names = [
          "\(platform.normalized)", "\(platform)", platform.withVersionOfSystem,
          "\(platform)@\(entry.descriptor.digest)",
        ]
        if let name = names.first(where: { taken.insert($0).inserted }) {
          images.append(JSONMember(name: name, value: config))
        }
      }
      return .object(images)
    }
  }

  private static func config(of entry: InspectedEntry) throws(JSONError) -> JSONValue? {
    try entry.image?.content?.config.map { bytes throws(JSONError) in try JSONValue(decoding: bytes, dialect: .go) }
  }

  /// The fields that Go's types for manifests and configs always have, and JSON only where they are set.
  ///
  /// https://github.com/opencontainers/image-spec/tree/main/specs-go/v1
  static let optionalFields = [
    "image", "schemaVersion", "mediaType", "artifactType", "manifests", "config", "layers", "subject", "annotations",
    "urls",
    "data", "platform", "architecture", "os", "os.version", "os.features", "variant", "created", "author", "rootfs",
    "diff_ids", "history", "created_by", "comment", "empty_layer", "User", "ExposedPorts", "Env", "Entrypoint", "Cmd",
    "Volumes", "WorkingDir", "Labels", "StopSignal", "ArgsEscaped", "Healthcheck", "Shell", "OnBuild",
  ]
}

extension Platform {
  /// `windows(10.0.20348.2113)/amd64`, as in `FormatAll` of https://github.com/containerd/platforms
  fileprivate var withVersionOfSystem: String {
    ([osVersion.map { "\(os)(\($0))" } ?? os, architecture] + [variant].compactMap(\.self)).joined(separator: "/")
  }
}
