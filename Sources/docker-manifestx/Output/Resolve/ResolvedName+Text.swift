import ManifestLists
import OCI

extension ResolvedName {
  /// The steps, for a person.
  func text(_ style: TextStyle) -> String {
    var paragraphs = [heading]
    for step in steps {
      paragraphs.append(["\(step.number) \(step.title(style))"] + step.lines(of: self, style).map { "  \($0)" })
    }
    if let choice, choice.differs { paragraphs.append(Self.note(choice, style)) }
    return paragraphs.map { lines in
      lines.map { style.line(style.printable($0)) }.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  private var heading: [String] {
    var lines = [("Name", "\(place)")]
    if let access {
      lines.append((access.query.isEmpty ? "Registry" : "Mirror", access.address))
    }
    // crane does not look at the machine.
    let origin = options.target.requested == nil && options.puller != .crane ? " (this machine)" : ""
    lines.append(("Platform", options.platform.withVersion + origin))
    lines.append(("Program", options.puller.rawValue))
    return lines.map { name, value in "\(name):" + String(repeating: " ", count: 10 - name.count) + value }
  }

  private static func note(_ choice: ListChoice, _ style: TextStyle) -> [String] {
    let rows = choice.choices.map { other in
      [
        other.puller.rawValue, other.platform.withVersion,
        other.entry.map { $0.statedPlatform?.withVersion ?? "no platform" } ?? "nothing",
        other.entry.map { String($0.digest.short) } ?? "-",
      ]
    }
    return ["Note: programs take different images from this list (--as PROGRAM shows why)"]
      + style.lines(of: [["PROGRAM", "LOOKS FOR", "TAKES", "DIGEST"]] + rows).map { "  \($0)" }
  }
}

extension ResolveStep {
  fileprivate var number: String {
    switch self {
    case .name: "1"
    case .list: "2"
    case .choice: "3"
    case .single: "2, 3"
    case .image: "4"
    }
  }

  fileprivate func title(_ style: TextStyle) -> String {
    switch self {
    case .name: "NAME \(style.arrow) DESCRIPTOR: the manifest that has this name"
    case .list: "DESCRIPTOR \(style.arrow) LIST: the images for all platforms"
    case .choice: "LIST \(style.arrow) MANIFEST: the image for the platform"
    case .single: "NOT A LIST: a single image, and nothing to choose"
    case .image: "MANIFEST \(style.arrow) CONFIG AND LAYERS: what a pull downloads"
    }
  }

  fileprivate func lines(of name: ResolvedName, _ style: TextStyle) -> [String] {
    switch self {
    case .name(let read, let descriptor):
      let facts = ["type   \(descriptor.mediaType)", "size   \(descriptor.size) bytes", "digest \(descriptor.digest)"]
      return [read.line(of: name, style)] + facts
    case .list(let read, _, let entries, let attestations):
      let images = entries - attestations
      let kinds = attestations == 0 ? "" : ": \(count(images, "image")), \(count(attestations, "attestation"))"
      let noun = attestations == 0 ? count(images, "image") : count(entries, "entry", "entries")
      return [read.line(of: name, style), noun + kinds]
    case .choice(let choice): return choice.lines(style)
    case .single: return name.options.puller == .containerd ? ["containerd takes it whatever its platform is"] : []
    case .image(let read, let parts): return [read.line(of: name, style)] + parts.lines(style)
    }
  }
}

extension ManifestRead {
  fileprivate func line(of name: ResolvedName, _ style: TextStyle) -> String {
    switch self {
    case .head(let manifest): request("HEAD", manifest, name, style)
    case .get(let manifest): request("GET", manifest, name, style)
    case .file(let file): file
    case .name: "no request: the digest is in the name; type and size come with the next step"
    case .known: "no request: step 1 has read it, because a HEAD did not tell the digest"
    }
  }

  private func request(_ method: String, _ manifest: ManifestName, _ name: ResolvedName, _ style: TextStyle) -> String {
    let path = name.access.map { access in
      let digest = manifest.digest.map { "\($0.algorithm.rawValue):\($0.short)\(style.ellipsis)" }
      return access.path + "/manifests/" + (digest ?? manifest.pathComponent) + access.query
    }
    return "\(method) \(path ?? manifest.pathComponent)"
  }
}

extension ListChoice {
  fileprivate func lines(_ style: TextStyle) -> [String] {
    let rows = candidates.enumerated().map { index, candidate in
      [
        index == 0 ? ">" : " ", candidate.entry.statedPlatform?.withVersion ?? "-",
        String(candidate.entry.digest.short), "\(ByteCount(candidate.entry.size))", why(candidate, index),
      ]
    }
    let header = ["", "PLATFORM", "DIGEST", "SIZE", "WHY"]
    var lines = ["tries " + preferences.map(\.withVersion).joined(separator: ", ")]
    lines += style.lines(of: [header] + rows)
    if !others.isEmpty {
      lines.append("others: " + others.map(\.withVersion).joined(separator: ", "))
    }
    return lines + ["digest \(entry.digest)"]
  }

  private func why(_ candidate: Candidate, _ index: Int) -> String {
    let isLater = index > 0 && candidate.rule == .same && candidate.entry.platform?.isSame(as: platform) == true
    if isLater { return "the same, later in the list" }
    switch candidate.rule {
    case .same: return "the platform itself"
    case .lowerVariant: return index == 0 ? "the highest variant that runs" : "a lower variant"
    case .compatibleArchitecture:
      return "\(platform.architecture) also runs \(candidate.entry.platform?.normalized.architecture ?? "it")"
    case .compatibleSystem: return "\(platform.os) also takes \(candidate.entry.platform?.os ?? "it")"
    case .windowsVersion: return "the highest version that runs"
    case .noPlatform: return "has no platform in the list"
    case .first: return index == 0 ? "the first with this architecture" : "the same, later in the list"
    }
  }
}

extension ImageParts {
  fileprivate func lines(_ style: TextStyle) -> [String] {
    let parts = [("config", image.config)] + image.layers.prefix(Self.shownCount).map { ("layer", $0) }
    let sizes = parts.map { "\(ByteCount($0.1.size))" }
    let width = max(4, sizes.map(\.count).max() ?? 0)
    // With one space in between, docker's types fit in 80 columns.
    func cell(_ part: String, _ size: String) -> String {
      let blanks = "config".count - part.count + 1 + width - size.count
      return part + String(repeating: " ", count: blanks) + size
    }
    let rows = zip(parts, sizes).map { part, size in
      [cell(part.0, size), String(part.1.digest.short), "\(part.1.mediaType)"]
    }
    var lines = style.lines(of: [[cell("PART", "SIZE"), "DIGEST", "TYPE"]] + rows)
    if image.layers.count > Self.shownCount {
      lines.append("and \(count(image.layers.count - Self.shownCount, "layer")) more")
    }
    if let platform { lines.append("The config is for \(platform.withVersion).") }
    return lines + ["\(ByteCount(image.pullSize)) to pull"]
  }

  private static let shownCount = 50
}

private func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
  "\(number) \(number == 1 ? one : many ?? "\(one)s")"
}

extension TextStyle {
  fileprivate var arrow: String { isUTF8 ? "\u{2192}" : "->" }
  fileprivate var ellipsis: String { isUTF8 ? "\u{2026}" : "..." }

  /// A table that is moved two columns to the right.
  fileprivate func lines(of rows: [[String]]) -> [String] {
    Table(rows: rows, style: with(width: width.map { $0 - 2 }), gap: 2).text.split(separator: "\n").map(String.init)
  }
}
