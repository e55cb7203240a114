extension LayoutReference {
  /// Opens what the path leads to, to read images from it. Which one is meant: `ImageLayout.descriptor(_:digest:)`.
  ///
  /// - Throws: `LayoutError`.
  package func open() throws(LayoutError) -> any ImageLayout {
    switch storage {
    case .directory: try LayoutDirectory(reading: path)
    case .archive: try LayoutArchive(reading: path)
    }
  }

  /// Opens what the path leads to, to write images to it.
  ///
  /// - Parameter name: Of the image that will be written.
  /// - Throws: `LayoutError`.
  package func openForWriting(_ name: String) async throws -> any LayoutWriter {
    switch storage {
    case .directory: try await LayoutDirectory(writing: path)
    case .archive: try NewLayoutArchive(path, name: name)
    }
  }

  /// Finds out whether an image can be written under a name, as far as this is known beforehand. Nothing is changed.
  ///
  /// - Throws: `LayoutError`, as `openForWriting` and what is done with its result.
  package func checkWritable(_ name: String) throws(LayoutError) {
    switch storage {
    case .directory: try LayoutDirectory.check(path, name)
    case .archive: try NewLayoutArchive.check(path, name)
    }
  }
}
