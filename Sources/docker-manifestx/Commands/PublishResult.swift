import JSON
import ManifestLists
import OCI

/// What was published, for programs.
struct PublishResult {
  let names: [Place]
  let list: AssembledList
}

extension PublishResult {
  /// The keys are those of buildx's metadata file, and one that is this program's own:
  /// https://docs.docker.com/reference/cli/docker/buildx/imagetools/create/#metadata-file
  var json: JSONValue {
    .object([
      "containerimage.descriptor": .object([
        "mediaType": .string("\(list.manifest.mediaType)"),
        "digest": .string("\(list.manifest.digest)"),
        "size": .integer(Int64(list.manifest.bytes.count)),
      ]),
      "containerimage.digest": .string("\(list.manifest.digest)"),
      "image.name": .string(names.map(\.description).joined(separator: ",")),
      "manifestx.manifests": .array(
        list.entries.map { entry in
          .object([
            "platform": entry.descriptor.runnablePlatform.map { .string("\($0)") },
            "os.version": entry.descriptor.runnablePlatform?.osVersion.map(JSONValue.string),
            "digest": .string("\(entry.descriptor.digest)"),
            "source": .string("\(entry)"),
          ])
        }
      ),
    ])
  }

  var bytes: [UInt8] { WorkflowCommands.document(json) }
}
