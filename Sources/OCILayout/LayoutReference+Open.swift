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
}
