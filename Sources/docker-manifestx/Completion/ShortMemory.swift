import DockerConfig
import Glibc
import OCI
import SystemPackage

/// What one TAB knows of those before it: small files, each good for half a minute. No secret is ever in one, nor in its
/// name, which is a hash.
struct ShortMemory {
  private let directory: String

  private static let lifetime = 30

  /// Nil where there is no place for it.
  init?(_ surroundings: Surroundings) {
    let base = surroundings.environment.nonEmpty("XDG_CACHE_HOME") ?? "\(surroundings.home)/.cache"
    guard base.hasPrefix("/") else { return nil }
    directory = "\(base)/docker-manifestx"
  }

  /// Nil if nothing was kept in the last half minute.
  func recall(_ key: String) -> [UInt8]? {
    guard let path = path(key),
      let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .noFollow])
    else { return nil }
    let bytes = try? file.closeAfter { () -> [UInt8]? in
      var status = Glibc.stat()
      guard fstat(file.rawValue, &status) == 0, status.isFresh(Self.lifetime), status.st_uid == geteuid() else {
        return nil
      }
      var bytes = [UInt8](repeating: 0, count: status.st_size)
      let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
      return Array(bytes[..<count])
    }
    return bytes ?? nil
  }

  /// False where it can't be kept.
  @discardableResult
  func keep(_ bytes: [UInt8], _ key: String) -> Bool {
    guard let path = path(key) else { return false }
    let parent = FilePath(directory).removingLastComponent().string
    for directory in [parent, directory] { mkdir(directory, 0o700) }
    removeOld()
    do { try FileReplacement.replace(path, with: bytes, mode: [.ownerRead, .ownerWrite]) } catch { return false }
    return true
  }

  func forget(_ key: String) {
    if let path = path(key) { unlink(path) }
  }

  private func path(_ key: String) -> String? {
    (try? Digest(of: Array(key.utf8)).hex).map { "\(directory)/\($0)" }
  }

  private func removeOld() {
    for name in (try? Directory.names(in: directory)) ?? [] where !name.hasPrefix(".") {
      let path = "\(directory)/\(name)"
      var status = Glibc.stat()
      if stat(path, &status) == 0, !status.isFresh(Self.lifetime) { unlink(path) }
    }
  }
}

extension stat {
  fileprivate func isFresh(_ lifetime: Int) -> Bool { (0...lifetime).contains(time(nil) - st_mtim.tv_sec) }
}
