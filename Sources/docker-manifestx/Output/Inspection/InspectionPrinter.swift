import JSON
import ManifestLists
import OCI

/// What is printed of an inspection.
enum InspectionFormat: String, CaseIterable, Sendable {
  case table, json, digest, platforms
}

/// Prints what was found behind names, one after the other.
struct InspectionPrinter {
  /// Nil for the exact bytes.
  let format: InspectionFormat?
  let console: Console
  private var hasPrinted = false

  init(format: InspectionFormat?, console: Console) { (self.format, self.console) = (format, console) }

  /// - Throws: `OutputError`.
  mutating func show(_ inspection: Inspection) throws(OutputError) {
    defer { hasPrinted = true }
    switch format {
    case nil: try console.result(raw: inspection.manifest?.bytes ?? [])
    case .json: try console.result(inspection.json.encoded(indent: 2) + [UInt8(ascii: "\n")])
    case .table: try console.result((hasPrinted ? "\n" : "") + inspection.table)
    case .digest: try console.result("\(inspection.descriptor.digest)")
    case .platforms:
      for platform in inspection.entries.compactMap(\.runnablePlatform) {
        try console.result(PrintableText.line("\(platform)"))
      }
    }
  }
}

extension Inspection {
  fileprivate var json: JSONValue {
    .object([
      "name": .string("\(place)"),
      "digest": .string("\(descriptor.digest)"),
      "mediaType": .string("\(descriptor.mediaType)"),
      "entries": .array(
        entries.map { entry in
          .object([
            "platform": entry.runnablePlatform.map { .string("\($0)") },
            "os.version": entry.runnablePlatform?.osVersion.map(JSONValue.string),
            "digest": .string("\(entry.descriptor.digest)"),
            "size": .integer(entry.descriptor.size),
            "mediaType": .string("\(entry.descriptor.mediaType)"),
          ])
        }
      ),
    ])
  }

  fileprivate var table: String {
    let rows = entries.map { entry in
      [
        "\(entry.runnablePlatform.map { "\($0)" } ?? "-")", "\(entry.descriptor.digest)", "\(entry.descriptor.size)",
        "\(entry.descriptor.mediaType)",
      ]
    }
    return """
      Name:       \(place)
      Digest:     \(descriptor.digest)
      MediaType:  \(descriptor.mediaType)

      \(Table(rows: [["PLATFORM", "DIGEST", "SIZE", "MEDIA TYPE"]] + rows).text)
      """
  }
}
