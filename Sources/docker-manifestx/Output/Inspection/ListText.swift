import ManifestLists
import OCI

/// The images of a list: one row for each, with its attestations and referrers beneath.
struct ListText {
  private let text: InspectionStyle
  private let list: InspectedList
  /// True if the manifests in the list were read.
  private let isRead: Bool
  /// By the image that they are of.
  private let attestations: [Digest: [InspectedEntry]]

  init(_ text: InspectionStyle, _ list: InspectedList) {
    (self.text, self.list) = (text, list)
    isRead = list.entries.contains { $0.content != nil || $0.problem != nil }
    let images = Set(list.entries.filter { $0.descriptor.attestedImage == nil }.map(\.descriptor.digest))
    let known = list.entries.filter { $0.descriptor.attestedImage.map(images.contains) == true }
    attestations = Dictionary(grouping: known) { $0.descriptor.attestedImage ?? $0.descriptor.digest }
  }

  var sections: [[String]] {
    guard !list.entries.isEmpty else { return [["The list has no images."]] }
    let shown = list.entries.filter { entry in
      entry.descriptor.attestedImage.map { attestations[$0] == nil } ?? true
    }.prefix(Self.limit)
    let columns = ["PLATFORM", "DIGEST"] + (isRead ? ["SIZE", "LAYERS", "AGE"] : [])
    // An image can have several entries.
    var seen: Set<Digest> = []
    let rows = shown.flatMap { self.rows($0, withAttestations: seen.insert($0.descriptor.digest).inserted) }
    let table = Table(rows: [columns] + rows, style: text.style, spansRest: true)
    let remarks = [
      list.entries.count > Self.limit ? "and \(list.entries.count - shown.count) more: --format json shows them" : nil,
      list.isReadWhole
        ? nil : text.style.line("Only the list was read, and not the manifests in it: there are too many."),
      text.remark(on: list.entries.compactMap(\.referrers)),
    ].compactMap(\.self)
    return [table.text.split(separator: "\n").map(String.init), remarks]
  }

  /// A longer list is not for people.
  private static let limit = 1000

  private func rows(_ entry: InspectedEntry, withAttestations: Bool) -> [[String]] {
    let own = withAttestations ? attestations[entry.descriptor.digest] ?? [] : []
    var details = own.map { attestation in
      ["attestation", text.digest(attestation.descriptor.digest)] + [text.kinds(of: attestation)].compactMap(\.self)
    }
    details += text.rows(entry.referrers).map { ["referrer", $0.digest, $0.kind] }
    let marks = text.style.isUTF8 ? ("\u{251C} ", "\u{2514} ") : ("| ", "` ")
    return [row(entry)]
      + details.enumerated().map { index, cells in
        [(index == details.count - 1 ? marks.1 : marks.0) + cells[0]] + cells.dropFirst()
      }
  }

  private func row(_ entry: InspectedEntry) -> [String] {
    let digest = text.digest(entry.descriptor.digest)
    if let image = entry.descriptor.attestedImage {
      let kinds = text.kinds(of: entry).map { ", \($0)" } ?? ""
      return ["attestation", digest, "of \(text.digest(image)), which is not in the list\(kinds)"]
    }
    let name = entry.runnablePlatform?.withVersion ?? "-"
    if let problem = text.problem(of: entry) { return [name, digest, problem] }
    switch entry.content {
    case nil where isRead: return [name, digest, "\(entry.descriptor.artifactType ?? entry.descriptor.mediaType)"]
    case nil: return [name, digest]
    case .list(let count)?: return [name, digest, "a list of \(count) manifests"]
    case .image(let image)?:
      let age = Age(of: image.created, now: text.now)?.description ?? "-"
      return [name, digest, "\(ByteCount(image.pullSize))", "\(image.layerCount)", age]
    }
  }
}
