/// How an archive can be compressed as a whole. Nothing can be read from its middle then.
package enum Compression: String, Hashable, Sendable, CaseIterable {
  case gzip, bzip2, xz, zstd

  /// That of a file with such a name; nil for one that is not compressed.
  package init?(fileName: String) {
    let found = Self.allCases.first { $0.suffixes.contains(where: fileName.hasSuffix) }
    guard let found else { return nil }
    self = found
  }

  /// That of a file that begins with these bytes.
  init?(start: [UInt8]) {
    guard let found = Self.allCases.first(where: { start.starts(with: $0.signature) }) else { return nil }
    self = found
  }

  /// Also the program that compresses, and with `-dc` decompresses.
  package var name: String { rawValue }

  private var suffixes: [String] {
    switch self {
    case .gzip: [".gz", ".tgz"]
    case .bzip2: [".bz2", ".tbz2"]
    case .xz: [".xz", ".txz"]
    case .zstd: [".zst", ".tzst"]
    }
  }

  private var signature: [UInt8] {
    switch self {
    case .gzip: [0x1F, 0x8B]
    case .bzip2: Array("BZh".utf8)
    case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]
    case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
    }
  }
}
