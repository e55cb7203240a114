import LocalSystem

/// Where the files of a layout are in a tar archive. Only the headers are read, and nothing is ever extracted: the names in
/// the archive are compared, and never become names on this machine.
///
/// This is a reader of its own because libarchive would be one more library for users to install, is much larger than
/// these two files, and does not tell where a file's content begins.
struct TarFiles {
  /// Of a name or of properties, in bytes.
  private static let textLimit = 1 << 20

  /// Of the path of a link that is kept, in bytes.
  private static let linkLimit = 1024

  /// Of an archive, in bytes: far below the largest number. Sparse files can be as large.
  private static let sizeLimit: Int64 = 1 << 60

  enum Failure: Error {
    case unreadable(SystemError)
    /// The first bytes are not those of a tar archive.
    case notTar
    case damaged(String)
  }

  struct File {
    /// Of its first byte in the archive.
    let offset: Int64
    let size: Int64
  }

  /// By path in the layout; nil for what is not a plain file. Where a path is there twice, the last one counts, as when
  /// the archive is extracted.
  private(set) var files: [String: File?] = [:]
  /// The paths of symbolic and hard links.
  private var links: Set<String> = []
  /// True if there are others, whose paths are too long to be kept.
  private var hasLongLinks = false

  /// - Parameter limit: Not more than so many headers.
  init(in archive: ReadableFile, limit: Int = 100_000) throws(Failure) {
    guard archive.size <= Self.sizeLimit else { throw .damaged("it is larger than 1 EiB") }
    var position: Int64 = 0
    var next = TarProperties()
    for _ in 0..<limit {
      // Two blocks of zeros are at the end. Some programs leave them out.
      guard position < archive.size else { return }
      let block = try Self.read(TarHeader.size, at: position, of: archive)
      if block.allSatisfy({ $0 == 0 }) { return }
      guard let header = TarHeader(block) else {
        throw position == 0 ? .notTar : .damaged("there is no header of an entry at byte \(position)")
      }
      let size = header.kind.hasProperties ? next.size ?? header.contentSize : header.contentSize
      let content = File(offset: position + Int64(TarHeader.size), size: size)
      guard (0...max(archive.size - content.offset, 0)).contains(content.size) else {
        throw .damaged("it is cut short")
      }
      switch header.kind {
      case .longName:
        next.longName = String(decoding: try Self.text(content, of: archive).prefix { $0 != 0 }, as: UTF8.self)
      // The last ones count alone.
      case .properties: try next.replace(with: try Self.text(content, of: archive))
      case .remark: break
      // As in Go, what came before it is forgotten.
      case .globalProperties: next = TarProperties()
      case .sparse: throw .damaged("it has a sparse file: make it without the option --sparse of tar")
      case .file, .link, .withoutContent, .other:
        let name = next.longName ?? next.path ?? header.name
        // To some programs it is a directory, and they look for a header in its content.
        if header.kind == .file, name.hasSuffix("/"), content.size > 0 {
          throw .damaged("the name of an entry is \(name), and it has content")
        }
        try keep(content, as: name, isFile: header.kind == .file && !next.isSparse)
        if let name = next.sparseName { try keep(content, as: name, isFile: false) }
        if header.kind == .link { try keepLink(name) }
        next = TarProperties()
      }
      position = content.offset + (content.size + 511) / 512 * 512
    }
    throw .damaged("it has more than \(limit) entries")
  }

  /// Where a name leads, from the directory of the archive.
  private static func path(of name: String) -> [Substring] {
    name.split(separator: "/").reduce(into: []) { path, part in
      if part == ".." { _ = path.popLast() } else if part != "." { path.append(part) }
    }
  }

  private mutating func keep(_ content: File, as name: String, isFile: Bool) throws(Failure) {
    let parts = Self.path(of: name)
    // Who extracts the archive writes to another place then.
    if !links.isEmpty || hasLongLinks, leadsThroughLink(parts) {
      throw .damaged("the path of an entry leads through a link: \(name)")
    }
    let path = parts.joined(separator: "/")
    // Others cannot be files of a layout, and need not be kept in memory.
    guard ["oci-layout", "index.json", "manifest.json"].contains(path) || path.hasPrefix("blobs/"),
      path.utf8.count < 256
    else { return }
    // Programs do not agree on where such an entry belongs.
    guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
      throw .damaged("the name of an entry is \(name)")
    }
    files.updateValue(isFile ? content : nil, forKey: path)
  }

  private mutating func keepLink(_ name: String) throws(Failure) {
    let path = Self.path(of: name).joined(separator: "/")
    if path.utf8.count >= Self.linkLimit {
      hasLongLinks = true
    } else if links.count < 10_000 {
      links.insert(path)
    } else {
      throw .damaged("it has too many links")
    }
  }

  /// Compares no more of a path than a link's has: a name of many parts would take minutes.
  private func leadsThroughLink(_ path: [Substring]) -> Bool {
    var parent = ""
    for part in path.dropLast() {
      parent += parent.isEmpty ? part : "/\(part)"
      if parent.utf8.count >= Self.linkLimit { return hasLongLinks }
      if links.contains(parent) { return true }
    }
    return false
  }

  private static func text(_ content: File, of archive: ReadableFile) throws(Failure) -> [UInt8] {
    guard content.size <= textLimit else { throw .damaged("the name of an entry is too long") }
    return try read(Int(content.size), at: content.offset, of: archive)
  }

  private static func read(_ count: Int, at offset: Int64, of archive: ReadableFile) throws(Failure) -> [UInt8] {
    let bytes: [UInt8]
    do { bytes = try archive.read(count, at: offset) } catch { throw .unreadable(error) }
    guard bytes.count == count else { throw offset == 0 ? .notTar : .damaged("it is cut short") }
    return bytes
  }
}

/// What stands before a header about its entry. It is read as Go's archive/tar does, which docker and skopeo use.
private struct TarProperties {
  /// Comes before the path, as in Go.
  var longName: String?
  private(set) var path: String?
  private(set) var size: Int64?
  private(set) var isSparse = false
  /// Of a sparse file. Programs that know these properties use it in the place of every other name.
  private(set) var sparseName: String?

  /// Reads lines of the form `LENGTH NAME=VALUE`, where the length is that of the whole line in bytes. Those read before count
  /// no more.
  ///
  /// - Throws: `TarFiles.Failure.damaged` for anything else.
  mutating func replace(with lines: [UInt8]) throws(TarFiles.Failure) {
    (path, size, isSparse, sparseName) = (nil, nil, false, nil)
    var rest = lines[...]
    while !rest.isEmpty {
      guard let blank = rest.firstIndex(of: UInt8(ascii: " ")),
        let length = Int(String(decoding: rest[..<blank], as: UTF8.self)), length > blank - rest.startIndex,
        length <= rest.count
      else { throw .damaged("the properties of an entry cannot be read") }
      let line = rest[rest.index(after: blank)..<rest.startIndex + length].dropLast()
      rest = rest.dropFirst(length)
      guard let sign = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let value = String(decoding: line[line.index(after: sign)...], as: UTF8.self)
      // An empty value takes back the one in another header, of which there is none.
      if value.isEmpty { continue }
      switch String(decoding: line[..<sign], as: UTF8.self) {
      case "path": path = value
      case "size": size = Int64(value) ?? -1
      case let name where name.hasPrefix("GNU.sparse."):
        isSparse = true
        if name == "GNU.sparse.name" { sparseName = value }
      default: break
      }
    }
  }
}
