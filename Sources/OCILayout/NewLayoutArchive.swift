import JSON
import LocalSystem
import OCI
import Synchronization

/// A tar archive of a layout that is being written, with one image. It appears under its name when it is complete, in the
/// place of an archive that has the name already, whose permissions it keeps. If the name is a symbolic link, that is the file
/// that it leads to.
///
/// The size of each file is known before its bytes are. So it gets its place in the archive at once, and several files can be
/// written at the same time, without being anywhere else on the disk before.
package final class NewLayoutArchive: LayoutWriter {
  private let place: Place
  private let state: Mutex<State>

  private static let lockFile = ".docker-manifestx.lock"

  /// Of one file, in bytes: a petabyte. A registry may name any size.
  private static let maximumSize: Int64 = 1 << 50

  private var path: String { place.path }

  private struct State {
    let file: NewFile
    /// Of the next entry.
    var end: Int64 = 0
    /// The paths of all files in it.
    var paths: Set<String> = []
  }

  /// - Parameter name: Of the image.
  /// - Throws: `LayoutError`; also if there is a file that is no such archive, or one with other images.
  package init(_ path: String, name: String) throws(LayoutError) {
    place = try Place(path)
    do { state = Mutex(State(file: try NewFile(in: place.directory))) } catch { throw .unwritable(file: path, error) }
    place.directory.removeAbandonedFiles()
    try place.checkPresent(name)
  }

  /// Finds out whether an archive can be written, as far as this is known beforehand. Nothing is changed.
  ///
  /// - Throws: `LayoutError`.
  static func check(_ path: String, _ name: String) throws(LayoutError) {
    let place = try Place(path)
    do { try place.directory.checkWritable() } catch { throw .unwritable(file: path, error) }
    try place.checkPresent(name)
  }

  /// Where the archive will be.
  private struct Place {
    let path: String
    let directory: OpenDirectory
    /// In the directory.
    let fileName: String

    init(_ path: String) throws(LayoutError) {
      self.path = path
      do { (directory, fileName) = try OpenDirectory.ofFile(path) } catch { throw .unwritable(file: path, error) }
    }

    /// The archive is replaced, so it must not have images that the user did not name.
    func checkPresent(_ name: String) throws(LayoutError) {
      let present: LayoutArchive
      do { present = try LayoutArchive(reading: fileName, in: directory, path: path) } catch
        where error.saysNoSuchImage
      {
        if case .notALayout = error { throw error }
        return
      }
      let others = try present.index().imageNames.filter { $0 != name }
      if !others.isEmpty { throw .hasOtherImages(path: path, names: others) }
    }
  }

  package func has(blob descriptor: Descriptor) -> Bool { has(manifest: descriptor.digest) }

  package func has(manifest digest: Digest) -> Bool {
    state.withLock { $0.paths.contains(LayoutArchive.blobFile(digest)) }
  }

  package func put(
    _ blob: Descriptor,
    content: @Sendable () async throws -> any AsyncSequence<[UInt8], any Error>
  ) async throws {
    let name = LayoutArchive.blobFile(blob.digest)
    // Where it is there already, or being written, nothing is left to do: if that fails, there will be no archive.
    guard let offset = try begin(name, size: blob.size) else { return }
    let isRight = try await blob.verify(content()) { try write($0, at: offset + $1) }
    if !isRight { throw LayoutError.wrongContent(file: "\(name) in \(path)") }
  }

  package func put(_ manifest: RawManifest) throws {
    try put(manifest.bytes, as: LayoutArchive.blobFile(manifest.digest))
  }

  /// Completes the archive.
  ///
  /// - Parameter old: Does not matter: an archive is written as a whole.
  /// - Returns: True.
  @discardableResult
  package func setName(
    _ name: String,
    to image: Descriptor,
    replacing old: ReplacedContent = .anything
  ) async throws -> Bool {
    var entry = image
    entry.annotations[Index.refName] = name
    try put(LayoutArchive.marker, as: LayoutArchive.markerFile)
    try put(Index(mediaType: .ociIndex, manifests: [entry]).encoded(), as: LayoutArchive.indexFile)
    try write([UInt8](repeating: 0, count: 2 * TarHeader.size), at: state.withLock { $0.end })
    // Held only for a moment: all archives of a directory can have the same one.
    let lockName = "\(Self.lockFile), the lock of \(path)"
    let lock = LayoutLock(file: Self.lockFile, directory: place.directory, name: lockName)
    try await lock.hold {
      // Another program may have written the file meanwhile.
      try place.checkPresent(name)
      try complete()
    }
    place.directory.synchronize()
    return true
  }

  private func complete() throws(LayoutError) {
    do {
      try state.withLock { state throws(SystemError) in
        try state.file.complete(as: place.fileName, keepsPermissions: true)
      }
    } catch { throw .unwritable(file: path, error) }
  }

  private func put(_ bytes: [UInt8], as name: String) throws(LayoutError) {
    if let offset = try begin(name, size: Int64(bytes.count)) { try write(bytes, at: offset) }
  }

  /// - Returns: Where the bytes of the file belong; nil if it is there already.
  private func begin(_ name: String, size: Int64) throws(LayoutError) -> Int64? {
    guard size <= Self.maximumSize else { throw .tooLarge(file: "\(name) in \(path)", limit: Int(Self.maximumSize)) }
    do {
      return try state.withLock { state throws(SystemError) in
        guard state.paths.insert(name).inserted else { return nil }
        let header = TarHeader.bytes(forFile: name, size: size)
        try state.file.write(header, at: state.end)
        let offset = state.end + Int64(header.count)
        let (end, isTooLarge) = offset.addingReportingOverflow((size + 511) / 512 * 512)
        // The system's word for such a file.
        if isTooLarge { throw SystemError.tooLarge }
        state.end = end
        return offset
      }
    } catch { throw .unwritable(file: path, error) }
  }

  private func write(_ bytes: [UInt8], at offset: Int64) throws(LayoutError) {
    do { try state.withLock { state throws(SystemError) in try state.file.write(bytes, at: offset) } } catch {
      throw .unwritable(file: path, error)
    }
  }
}
