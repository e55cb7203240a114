import Testing

@testable import OCI

/// Two tables of what containerd does, made by running github.com/containerd/platforms. A platform is written
/// `OS/ARCH[/VARIANT]`, with `(VERSION+FEATURE)` after the operating system in the first table, and `:VERSION` and
/// `+FEATURE` at the end in the second.
@Suite struct PlatformTableTests {
  struct Row: CustomTestStringConvertible {
    let columns: [String]
    var testDescription: String { columns.joined(separator: "  ") }
  }

  private static func rows(_ bytes: [UInt8]) -> [Row] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst().map { line in
      Row(columns: line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
    }
  }

  static let spellings = rows(PackageResources.platform_normalize_tsv)
  static let choices = rows(PackageResources.platform_matching_tsv)

  @Test func theTablesAreComplete() {
    #expect(Self.spellings.count == 125)
    #expect(Self.choices.count == 201)
  }

  /// The words of an existing list's entry.
  @Test(arguments: spellings.filter { $0.columns[0].contains("/") && $0.columns[1] != "error" })
  func normalizesAsContainerdDoes(_ row: Row) throws {
    let written = try Self.platform(row.columns[0])
    let normal = try Self.platform(row.columns[1])
    #expect(written.normalized.description == normal.description)
    #expect(written.normalized == normal.normalized)
    let differsByVersion = written.os.lowercased() == "windows"
    #expect((written.normalized.osVersion != nil) == (differsByVersion && written.osVersion != nil))
  }

  /// What a user or a tool writes. More names are known here than in containerd, and variants that do not exist are
  /// refused.
  @Test(arguments: spellings)
  func readsWhatContainerdFinds(_ row: Row) throws {
    let expected = row.columns.count > 2 ? row.columns[2] : row.columns[1]
    if ["error", "refused"].contains(expected) {
      #expect(throws: PlatformError.self) { try Platform(parsing: row.columns[0]) }
    } else {
      let platform = try Platform(parsing: row.columns[0])
      #expect(platform.normalized.description == expected)
      // It can be written to a list: an engine that looks for it finds it.
      #expect(try Platform(parsing: platform.description) == platform)
    }
  }

  /// With `OnlyStrict`, containerd chooses only among the entries that have the very platform of the host, as `inspect
  /// --platform` shows them. It takes the first. Left out are Windows and features of operating systems, which have rules
  /// of their own, and entries without an operating system or an architecture.
  @Test(arguments: choices.filter { !$0.columns[..<2].joined(separator: ",").contains(/\+|windows|none|,\/|\/,|\/$/) })
  func anEntryIsForTheHostAsContainerdSays(_ row: Row) throws {
    let host = try Self.platform(row.columns[0])
    let strict = row.columns[3].firstRange(of: "OnlyStrict: ").map { String(row.columns[3][$0.upperBound...]) }
    let expected = (strict ?? row.columns[2]).prefix { $0 != "#" && $0 != ";" }
    let candidates = row.columns[1].split(separator: ",").map(String.init)
    let chosen = try candidates.first { try Self.platform($0).isSame(as: host) }
    #expect((chosen ?? "-") == expected)
  }

  /// The whole table: what containerd takes from a list on each host.
  @Test(arguments: choices)
  func takesTheEntryThatContainerdTakes(_ row: Row) throws {
    let host = try Self.platform(row.columns[0])
    let candidates = row.columns[1].split(separator: ",").map(String.init)
    let digest = try Digest(parsing: "sha256:\(String(repeating: "0", count: 64))")
    let entries = try candidates.map {
      Descriptor(mediaType: .ociManifest, size: 1, digest: digest, platform: $0 == "none" ? nil : try Self.platform($0))
    }
    let choice = ImagePuller.containerd.choice(from: entries, of: .ociIndex, for: host)
    let expected = row.columns[2].split(separator: "#")
    #expect(choice.map { candidates[$0.position] } ?? "-" == expected[0])
    if expected.count > 1 { #expect(choice?.position == Int(expected[1]).map { $0 - 1 }) }
  }

  private static func platform(_ text: String) throws -> Platform {
    var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    var extra = ""
    if let open = parts[0].firstIndex(of: "(") {
      extra = String(parts[0][parts[0].index(after: open)...].dropLast())
      parts[0] = String(parts[0][..<open])
    } else if let colon = parts[parts.count - 1].firstIndex(where: { ":+".contains($0) }) {
      let last = parts[parts.count - 1]
      extra = String(last[colon...].drop { $0 == ":" })
      parts[parts.count - 1] = String(last[..<colon])
    }
    let details = extra.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    return Platform(
      os: try #require(parts.first),
      architecture: try #require(parts.dropFirst().first),
      variant: parts.count > 2 ? parts[2] : nil,
      osVersion: details[0].isEmpty ? nil : details[0],
      osFeatures: details.count > 1 ? Array(details.dropFirst()) : nil
    )
  }
}
