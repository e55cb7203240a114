import OCI
import Testing

@testable import ManifestLists

/// The platform of an entry after `annotate`.
@Suite struct EntryChangeTests {
  /// The platform that the entry states, the parts that are set (operating system, architecture, variant), and the result.
  static let changes: [(stated: String?, parts: [String?], result: String)] = [
    (nil, [nil, "arm64", nil], "linux/arm64"),
    (#"{"os":"linux","architecture":"arm","variant":"v7"}"#, [nil, nil, "v6"], "linux/arm/v6"),
    // A variant belongs to its architecture.
    (#"{"os":"linux","architecture":"arm","variant":"v7"}"#, [nil, "arm64", nil], "linux/arm64"),
    // What a part of a platform states stays, too.
    (#"{"os":"windows","architecture":""}"#, [nil, "amd64", nil], "windows/amd64"),
    (#"{"os":"windows","os.version":"10.0.1"}"#, [nil, "amd64", nil], "windows/amd64:10.0.1"),
    (#"{"architecture":"arm","variant":"v7"}"#, ["linux", nil, nil], "linux/arm/v7"),
    (#"{"os":"","architecture":"arm","variant":"v7"}"#, [nil, nil, "v6"], "linux/arm/v6"),
  ]

  @Test(arguments: changes) func whatIsNotSetStays(stated: String?, parts: [String?], result: String) throws {
    let digest = "sha256:" + String(repeating: "0", count: 64)
    let member = stated.map { #","platform":\#($0)"# } ?? ""
    let list = #"{"schemaVersion":2,"manifests":[{"mediaType":"m","size":1,"digest":"\#(digest)"\#(member)}]}"#
    var entry = try Index(decoding: Array(list.utf8), mediaType: .ociIndex).manifests[0]
    var change = EntryChange()
    (change.os, change.architecture, change.variant) = (parts[0], parts[1], parts[2])
    try change.apply(to: &entry)
    #expect(entry.platform?.withVersion == result)
    #expect(!entry.hasIncompletePlatform)
  }
}
