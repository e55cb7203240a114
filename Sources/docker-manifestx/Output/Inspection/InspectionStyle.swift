import HTTP
import ManifestLists
import OCI
import OCIRegistry

/// What the texts of lists and images have in common. Every text of the store is made printable, and every line fits the
/// terminal.
struct InspectionStyle {
  let style: TextStyle
  /// Whether digests are whole, and nothing is cut.
  let isWhole: Bool
  let now: Timestamp

  init(_ style: TextStyle, isWhole: Bool = false, now: Timestamp = .now) {
    self.style = isWhole ? style.with(width: nil) : style
    (self.isWhole, self.now) = (isWhole, now)
  }

  /// The labels are short, so that a whole digest fits in 80 columns.
  func field(_ label: String, _ value: String) -> String {
    let space = String(repeating: " ", count: 7 - label.count)
    return style.line(style.printable("\(label):\(space)\(value)"))
  }

  /// Annotations, or labels; nothing where there are none.
  func pairs(_ title: String, _ pairs: [String: String]) -> [String] {
    guard !pairs.isEmpty else { return [] }
    let shown = pairs.sorted { $0.key < $1.key }.prefix(Self.pairLimit)
    let lines = shown.map { style.line("  " + style.printable("\($0.key)=\($0.value)")) }
    let rest = pairs.count - shown.count
    return ["\(title):"] + lines + (rest > 0 ? [style.line("  and \(rest) more: --format json shows them")] : [])
  }

  private static let pairLimit = 50

  func digest(_ digest: Digest) -> String { isWhole ? "\(digest)" : String(digest.short) }

  /// What an attestation states; nil if its manifest was not read.
  func kinds(of attestation: InspectedEntry) -> String? {
    if let problem = problem(of: attestation) { return problem }
    guard let types = attestation.image?.predicateTypes else { return nil }
    return types.isEmpty ? "of unknown kind" : types.map { "\(PredicateName(type: $0))" }.joined(separator: ", ")
  }

  /// Why nothing is known of an entry; nil where there is no reason.
  func problem(of entry: InspectedEntry) -> String? {
    entry.problem.map { $0.saysNoSuchImage ? "missing: a pull fails" : "damaged: \($0)" }
  }

  /// What refers to a manifest.
  func rows(_ referrers: Referrers?) -> [(digest: String, kind: String)] {
    (referrers?.manifests ?? []).map { (digest($0.digest), "\($0.artifactType ?? $0.mediaType)") }
  }

  /// What is to be known of the referrers; nil where everything is as usual.
  func remark(on referrers: [Referrers]) -> String? {
    // With the API, a registry may still not answer for a manifest that it does not have.
    let api =
      referrers.isEmpty || referrers.contains(where: \.hasAPI)
      ? nil : "The registry has no referrers API; referrers in tags (sha256-...) are shown."
    let rest =
      referrers.allSatisfy(\.isComplete)
      ? nil
      : "Not all referrers are shown: at most \(Referrers.maximumCount) for each image, \(Inspection.maximumReferrers) for a list."
    let remarks = [api, rest].compactMap(\.self)
    return remarks.isEmpty ? nil : remarks.map(style.line).joined(separator: "\n")
  }
}
