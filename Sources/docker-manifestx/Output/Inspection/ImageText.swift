import JSON
import ManifestLists
import OCI

/// What one image consists of, and how it starts.
struct ImageText {
  private let text: InspectionStyle
  private let entry: InspectedEntry

  init(_ text: InspectionStyle, _ entry: InspectedEntry) { (self.text, self.entry) = (text, entry) }

  var sections: [[String]] {
    let content = entry.image?.content
    let pairs = text.pairs("Annotations", content?.annotations ?? [:])
    let labels = text.pairs("Labels", content?.details?.labels ?? [:])
    let remark = [text.remark(on: [entry.referrers].compactMap(\.self))].compactMap(\.self)
    return [start, labels, pairs, layers(content?.layers ?? []), others, remark]
  }

  /// How a container of the image starts.
  private var start: [String] {
    guard let details = entry.image?.content?.details else { return [] }
    let fields: [(String, String?)] = [
      ("Entrypoint:", details.entrypoint.map(json)), ("Cmd:", details.command.map(json)),
      ("User:", details.user), ("WorkingDir:", details.workingDirectory),
    ]
    let rows = fields.compactMap { label, value in value.map { [label, $0] } }
    return lines(rows)
  }

  /// As in a Dockerfile.
  private func json(_ words: [String]) -> String {
    String(decoding: JSONValue.array(words.map(JSONValue.string)).encoded(), as: UTF8.self)
  }

  private func layers(_ layers: [Descriptor]) -> [String] {
    guard !layers.isEmpty else { return [] }
    let shown = layers.prefix(Self.limit)
    let rows = shown.map { [text.digest($0.digest), "\(ByteCount($0.size))", "\($0.mediaType)"] }
    let rest = layers.count - shown.count
    return lines([["LAYER", "SIZE", "MEDIA TYPE"]] + rows)
      + (rest > 0 ? ["and \(rest) more: --format json shows them"] : [])
  }

  /// More are not for people.
  private static let limit = 500

  /// Attestations and referrers.
  private var others: [String] {
    let attestations = entry.attestations.map { attestation in
      ["attestation", text.digest(attestation.descriptor.digest), text.kinds(of: attestation) ?? ""]
    }
    let rows = attestations + text.rows(entry.referrers).map { ["referrer", $0.digest, $0.kind] }
    return rows.isEmpty ? [] : lines([["ATTACHED", "DIGEST", "KIND"]] + rows)
  }

  private func lines(_ rows: [[String]]) -> [String] {
    rows.isEmpty
      ? [] : Table(rows: rows, style: text.style).text.split(separator: "\n").map(String.init)
  }
}
