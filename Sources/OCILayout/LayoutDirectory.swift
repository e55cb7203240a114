import LocalSystem

/// An image layout in a directory. Symbolic links in it are not followed: the layout may be another user's.
package struct LayoutDirectory: ImageLayout {
  package let path: String
  let root: OpenDirectory
  /// How long to wait for other programs that write the same layout.
  package var lockTimeout: Duration = .seconds(30)

  init(path: String, root: OpenDirectory) {
    self.path = path
    self.root = root
  }

  /// Opens a layout to read images from it.
  ///
  /// - Throws: `LayoutError` if there is none.
  package init(reading path: String) throws(LayoutError) {
    self.path = path
    do { root = try OpenDirectory(path) } catch { throw .unavailable(path: path, error) }
    try checkVersion()
  }

  package func name(ofFile file: String) -> String { path.hasSuffix("/") ? path + file : "\(path)/\(file)" }

  package func open(_ file: String) throws(LayoutError) -> LayoutFile {
    do throws(SystemError) {
      var names = file.split(separator: "/").map(String.init)
      let last = names.removeLast()
      var directory = root
      for name in names { directory = try directory.directory(name) }
      let source = try directory.file(last)
      return LayoutFile(name: name(ofFile: file), source: source, offset: 0, size: source.size)
    } catch {
      throw error.isMissingFile ? .missing(file: name(ofFile: file)) : .unreadable(file: name(ofFile: file), error)
    }
  }
}
