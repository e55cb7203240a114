import LocalSystem

/// An image layout in a tar archive, as `docker save` of docker 25 and later, `podman save --format oci-archive`, skopeo and
/// buildx write it. Nothing is extracted: blobs are read where they are.
package struct LayoutArchive: ImageLayout {
  package let path: String
  private let source: ReadableFile
  private let files: [String: TarFiles.File?]

  /// Opens an archive to read images from it.
  ///
  /// - Throws: `LayoutError` if it is not the archive of a layout.
  package init(reading path: String) throws(LayoutError) {
    let source: ReadableFile
    do { source = try ReadableFile(path) } catch { throw .unavailable(path: path, error) }
    try self.init(source, path)
  }

  /// Opens an archive in a directory. A symbolic link is not followed.
  init(reading file: String, in directory: OpenDirectory, path: String) throws(LayoutError) {
    let source: ReadableFile
    do { source = try directory.file(file) } catch { throw .unavailable(path: path, error) }
    try self.init(source, path)
  }

  private init(_ source: ReadableFile, _ path: String) throws(LayoutError) {
    (self.source, self.path) = (source, path)
    try Self.checkIsPlain(source, path)
    do { files = try TarFiles(in: source).files } catch {
      switch error {
      case .unreadable(let error): throw .unreadable(file: path, error)
      case .notTar: throw .notALayout(path: path, reason: "it is not a tar archive")
      case .damaged(let reason): throw .invalid(file: path, reason: "the tar archive is damaged: \(reason)")
      }
    }
    if files.keys.contains("manifest.json"), !files.keys.contains(Self.markerFile) { throw .dockerArchive(path: path) }
    try checkVersion()
  }

  package func name(ofFile file: String) -> String { "\(file) in \(path)" }

  package func open(_ file: String) throws(LayoutError) -> LayoutFile {
    guard let entry = files[file] else { throw .missing(file: name(ofFile: file)) }
    guard let entry else { throw .notPlain(file: name(ofFile: file)) }
    return LayoutFile(name: name(ofFile: file), source: source, offset: entry.offset, size: entry.size)
  }

  private static func checkIsPlain(_ source: ReadableFile, _ path: String) throws(LayoutError) {
    let start: [UInt8]
    do { start = try source.read(8, at: 0) } catch { throw .unreadable(file: path, error) }
    if let compression = Compression(start: start) { throw .compressed(path: path, compression) }
  }
}
