import ArgumentParser
import JSON
import OCI
import Publishing

struct Inspect: Verb {
  static let name = "inspect"
  static let usage = "[OPTIONS] NAME"
  static let abstract = "Show the images behind a name"

  @Option(help: ArgumentHelp("Form of the output: table or json", valueName: "FORMAT"))
  var format = Format.table

  @Flag(help: "Print the manifest's own bytes, unchanged")
  var raw = false

  @OptionGroup var registry: RegistryOptions
  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, json
  }

  func checkUsage() throws {
    if words.count != 1 { throw UsageError.arguments("requires 1 argument") }
    if raw, format == .json { throw UsageError.other("--raw and --format json can't be had together") }
  }

  func run(_ session: Session) async throws {
    let reference = try Reference(parsing: words[0])
    let registries = try session.registries([reference.repository.registry], registry)
    let inspection = try await Inspector(registries: registries).inspect(reference, readsEntries: !raw)
    if raw { return try session.console.result(inspection.manifest.bytes) }
    switch format {
    case .json: try session.console.result(inspection.json.encoded(indent: 2) + [UInt8(ascii: "\n")])
    case .table: try session.console.result(inspection.table)
    }
  }
}

extension Inspection {
  fileprivate var json: JSONValue {
    .object([
      "name": .string("\(reference)"),
      "digest": .string("\(manifest.digest)"),
      "mediaType": .string("\(manifest.mediaType)"),
      "entries": .array(
        entries.map { entry in
          .object([
            "platform": entry.platform.map { .string("\($0)") },
            "os.version": entry.platform?.osVersion.map(JSONValue.string),
            "digest": .string("\(entry.digest)"),
            "size": .integer(entry.size),
            "mediaType": .string("\(entry.mediaType)"),
          ])
        }
      ),
    ])
  }

  fileprivate var table: String {
    let rows = entries.map {
      ["\($0.platform.map { "\($0)" } ?? "-")", "\($0.digest)", "\($0.size)", "\($0.mediaType)"]
    }
    return """
      Name:       \(reference)
      Digest:     \(manifest.digest)
      MediaType:  \(manifest.mediaType)

      \(Table(rows: [["PLATFORM", "DIGEST", "SIZE", "MEDIA TYPE"]] + rows).text)
      """
  }
}
