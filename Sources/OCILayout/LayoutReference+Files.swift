import Hashing
import LocalSystem

extension LayoutReference {
  /// Whether a path leads to the archive, or to one of the layout's files in its directory. A directory can also have files
  /// that are not the layout's.
  package func hasFile(_ file: String) -> Bool {
    switch storage {
    case .archive: return PathIdentity.isSameFile(file, path)
    case .directory:
      let names = [LayoutDirectory.markerFile, LayoutDirectory.indexFile, LayoutDirectory.lockFile]
      if names.contains(where: { PathIdentity.isSameFile(file, "\(path)/\($0)") }) { return true }
      let identity = PathIdentity(file)
      return StreamHash.Algorithm.allCases.contains { algorithm in
        identity.isEntry(of: PathIdentity("\(path)/blobs/\(algorithm.rawValue)"))
      }
    }
  }
}
