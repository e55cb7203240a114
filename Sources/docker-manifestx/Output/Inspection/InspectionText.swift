import HTTP
import ManifestLists
import OCI

/// An inspection as people read it.
struct InspectionText {
  private let style: InspectionStyle

  init(_ style: InspectionStyle) { self.style = style }

  func text(_ inspection: Inspection) -> String {
    let sections =
      switch inspection.content {
      case .unread: [header(inspection)]
      case .list(let list):
        [header(inspection, list), style.pairs("Annotations", list.annotations)] + ListText(style, list).sections
      case .image(let entry): [header(inspection, entry)] + ImageText(style, entry).sections
      }
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private func header(_ inspection: Inspection) -> [String] {
    let descriptor = inspection.descriptor
    let fields = [
      ("Name", "\(inspection.place)"), ("Digest", "\(descriptor.digest)"), ("Type", "\(descriptor.mediaType)"),
    ]
    return fields.map(style.field)
  }

  private func header(_ inspection: Inspection, _ list: InspectedList) -> [String] {
    var lines = header(inspection)
    if let type = list.artifactType { lines.append(style.field("Kind", "\(type)")) }
    return lines + age(list.created)
  }

  private func header(_ inspection: Inspection, _ entry: InspectedEntry) -> [String] {
    var lines = header(inspection)
    guard let image = entry.image else {
      return lines + [entry.runnablePlatform].compactMap { $0.map { style.field("Image", $0.withVersion) } }
    }
    let isImage = image.config.mediaType.mayBeImageConfig && image.artifactType == nil
    let kind = isImage ? entry.platform?.withVersion : "\(image.artifactType ?? image.config.mediaType)"
    let layers = "\(ByteCount(image.pullSize)) in \(image.layerCount.counted("layer"))"
    lines.append(style.field(isImage ? "Image" : "Kind", [kind, layers].compactMap(\.self).joined(separator: ", ")))
    lines += age(image.created)
    lines.append(style.field("Config", "\(image.config.digest)"))
    return lines
  }

  private func age(_ created: String?) -> [String] {
    guard let created, let age = Age(of: created, now: style.now) else { return [] }
    return [style.field("Age", "\(age) (created \(created))")]
  }
}

extension InspectedList {
  /// When the list was created, if it says so; else when the last of its images was.
  var created: String? {
    if let stated = annotations["org.opencontainers.image.created"] { return stated }
    let times = entries.compactMap { $0.image?.created }
    return times.max { (Timestamp(rfc3339: $0)?.seconds ?? .min) < (Timestamp(rfc3339: $1)?.seconds ?? .min) }
  }
}
