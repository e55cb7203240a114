import ManifestLists
import OCI

/// What is printed of an inspection.
enum InspectionFormat: String, CaseIterable, Sendable {
  case table, json, digest, pinned, platforms
}

/// Prints what was found behind names, one after the other.
struct InspectionPrinter {
  /// Nil for the exact bytes.
  let format: InspectionFormat?
  private let text: InspectionText
  let console: Console
  private var hasPrinted = false

  init(_ format: InspectionFormat?, _ style: InspectionStyle, _ console: Console) {
    (self.format, self.console) = (format, console)
    text = InspectionText(style)
  }

  /// - Throws: `OutputError`.
  mutating func show(_ inspection: Inspection) throws(OutputError) {
    defer { hasPrinted = true }
    switch format {
    case nil: try console.result(raw: inspection.manifest?.bytes ?? [])
    case .json: try console.result(InspectionJSON(inspection, console.secrets).bytes)
    case .table: try console.result((hasPrinted ? "\n" : "") + text.text(inspection))
    case .digest: try console.result("\(inspection.descriptor.digest)")
    case .pinned: try console.result(inspection.place.pinnedName(inspection.descriptor.digest))
    case .platforms:
      for platform in inspection.entries.compactMap(\.runnablePlatform) {
        try console.result(PrintableText.line("\(platform)"))
      }
    }
  }
}
