import LocalSystem

/// A file of a layout that is being written. It gets its name when it is complete, and is removed if it never is.
struct NewLayoutFile {
  private let name: String
  private let directory: OpenDirectory
  private let file: NewFile

  /// - Parameter name: Of the complete file, for messages.
  init(in directory: OpenDirectory, _ name: String) throws(LayoutError) {
    (self.name, self.directory) = (name, directory)
    do { file = try NewFile(in: directory) } catch { throw .unwritable(file: name, error) }
  }

  func write(_ bytes: [UInt8]) throws(LayoutError) {
    do { try file.write(bytes) } catch { throw .unwritable(file: name, error) }
  }

  func complete(as entry: String) throws(LayoutError) {
    do { try file.complete(as: entry) } catch { throw .unwritable(file: name, error) }
    directory.synchronize()
  }
}
