import Glibc
import Hashing
import JSON
import LocalSystem
import OCI

extension LayoutDirectory: LayoutWriter {
  /// Opens a layout to write images to it. One that is missing is made, with the directories above it.
  ///
  /// - Throws: `LayoutError`; also for a directory that has other files and is no layout.
  package init(writing path: String) async throws {
    do { try OpenDirectory.make(path) } catch { throw LayoutError.unwritable(file: path, error) }
    do throws(SystemError) { self.init(path: path, root: try OpenDirectory(path)) } catch {
      throw LayoutError.unavailable(path: path, error)
    }
    removeAbandonedFiles()
    do { try checkVersion() } catch LayoutError.notALayout { try await withLock { try makeLayout() } }
  }

  /// What processes have left that were killed.
  private func removeAbandonedFiles() {
    root.removeAbandonedFiles()
    guard let blobs = try? root.directory("blobs") else { return }
    for algorithm in StreamHash.Algorithm.allCases { try? blobs.directory(algorithm.rawValue).removeAbandonedFiles() }
  }

  /// Finds out whether an image can be written under a name, as far as this is known beforehand. Nothing is changed.
  ///
  /// - Throws: `LayoutError`.
  static func check(_ path: String, _ name: String) throws(LayoutError) {
    let root: OpenDirectory
    do { root = try OpenDirectory(path) } catch  where error.isMissingFile {
      do { return try OpenDirectory.check(canMake: path) } catch { throw .unwritable(file: path, error) }
    } catch { throw .unavailable(path: path, error) }
    let layout = LayoutDirectory(path: path, root: root)
    do { try layout.checkVersion() } catch .notALayout { _ = try layout.canBecomeLayout() }
    try layout.checkName(name)
    var file = path
    do throws(SystemError) {
      try root.checkWritable()
      file = layout.name(ofFile: "blobs")
      let blobs = try root.directory("blobs")
      try blobs.checkWritable()
      file = layout.name(ofFile: "blobs/sha256")
      try blobs.directory("sha256").checkWritable()
    } catch {
      // A layout without images has no such directories yet.
      if !error.isMissingFile || file == path { throw .unwritable(file: file, error) }
    }
  }

  /// - Returns: False if the directory is a layout by now: another program may have made it.
  /// - Throws: `LayoutError.notALayout` if the directory has files of something else.
  private func canBecomeLayout() throws(LayoutError) -> Bool {
    let names: [String]
    do { names = try root.names() } catch { throw .unavailable(path: path, error) }
    if names.contains(Self.markerFile) {
      try checkVersion()
      return false
    }
    // A program that was killed between the two steps below has left an index.
    guard names.allSatisfy({ [Self.lockFile, Self.indexFile].contains($0) || NewFile.isTemporary($0) }),
      !names.contains(Self.indexFile) || (try? index()) == Self.emptyIndex
    else {
      // Without the lock, another program may be making the layout at this moment.
      if (try? checkVersion()) != nil { return false }
      throw .notALayout(path: path, reason: "it has no file \(Self.markerFile), but other files")
    }
    return true
  }

  private static var emptyIndex: Index { Index(mediaType: .ociIndex, manifests: []) }

  private func makeLayout() throws(LayoutError) {
    guard try canBecomeLayout() else { return }
    // The marker is last: whoever finds it finds a whole layout.
    try replace(Self.indexFile, with: Self.emptyIndex.encoded())
    try replace(Self.markerFile, with: Self.marker)
  }

  /// Replaces a file at the top of the layout in one step.
  ///
  /// - Throws: `LayoutError`, also if it could not be read again because of its size; the file is then unchanged.
  func replace(_ file: String, with bytes: [UInt8]) throws(LayoutError) {
    guard (try? Index.checkSize(of: bytes)) != nil else {
      throw .unwritable(file: name(ofFile: file), SystemError(code: EFBIG))
    }
    let new = try NewLayoutFile(in: root, name(ofFile: file))
    try new.write(bytes)
    try new.complete(as: file)
  }

  /// Writes a blob. It gets its name after all its bytes have been verified.
  ///
  /// - Parameter content: Opened once; begins at the first byte.
  /// - Throws: `LayoutError`, and what the content throws. Nothing of the blob is left then.
  package func put(
    _ blob: Descriptor,
    content: @Sendable () async throws -> any AsyncSequence<[UInt8], any Error>
  ) async throws {
    let file = try newBlob(blob.digest)
    let isRight = try await blob.verify(content()) { piece, _ in try file.write(piece) }
    if !isRight { throw wrongContent(blob.digest) }
    try file.complete(as: blob.digest.hex)
  }

  /// Writes a manifest under its digest. It has no name yet.
  ///
  /// - Throws: `LayoutError`.
  package func put(_ manifest: RawManifest) throws {
    let digest = manifest.digest
    guard try Digest(of: manifest.bytes, digest.algorithm) == digest else { throw wrongContent(digest) }
    let file = try newBlob(digest)
    try file.write(manifest.bytes)
    try file.complete(as: digest.hex)
  }

  private func wrongContent(_ digest: Digest) -> LayoutError {
    .wrongContent(file: name(ofFile: Self.blobFile(digest)))
  }

  private func newBlob(_ digest: Digest) throws(LayoutError) -> NewLayoutFile {
    var directory = root
    var path: [String] = []
    for name in ["blobs", digest.algorithm.rawValue] {
      path.append(name)
      do throws(SystemError) {
        try directory.makeDirectory(name)
        directory = try directory.directory(name)
      } catch { throw .unwritable(file: self.name(ofFile: path.joined(separator: "/")), error) }
    }
    return try NewLayoutFile(in: directory, name(ofFile: Self.blobFile(digest)))
  }
}
