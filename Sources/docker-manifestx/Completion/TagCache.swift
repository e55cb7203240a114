import DockerConfig
import Glibc
import OCI
import SystemPackage

/// The tags that a registry gave, or did not give, a moment ago: so that the second TAB is quick, and a credential helper
/// that opens a window opens one, not one for each TAB.
///
/// One file a repository, with a tag on each line; no secret is ever in it. Its name is a hash of the repository and of
/// what config.json is like (not what is in it), so that another login sees another answer.
struct TagCache {
  private let directory: String
  private let path: String

  private static let lifetime = 30

  /// Nil where there is no place for it.
  init?(_ repository: Repository, _ surroundings: Surroundings) {
    let base = surroundings.environment.nonEmpty("XDG_CACHE_HOME") ?? "\(surroundings.home)/.cache"
    // A credential from the environment may be another one each time, and is not to be stored in any form.
    guard base.hasPrefix("/"), surroundings.environment.nonEmpty("DOCKER_AUTH_CONFIG") == nil else { return nil }
    directory = "\(base)/docker-manifestx"
    var config = Glibc.stat()
    let file = "\(surroundings.configDirectory)/config.json"
    let state = stat(file, &config) == 0 ? [Int(config.st_ino), Int(config.st_size)] + config.changed : []
    let key = "\(repository.registry)/\(repository.path)\n\(file)\n\(state)"
    guard let name = try? Digest(of: Array(key.utf8)).hex else { return nil }
    path = "\(directory)/\(name)"
  }

  /// Nil if nobody asked in the last half minute. Empty where it was asked in vain.
  func tags() -> [Tag]? {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .noFollow]) else {
      return nil
    }
    let bytes = try? file.closeAfter { () -> [UInt8]? in
      var status = Glibc.stat()
      guard fstat(file.rawValue, &status) == 0, status.isFresh(Self.lifetime), status.st_uid == geteuid() else {
        return nil
      }
      var bytes = [UInt8](repeating: 0, count: status.st_size)
      let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
      return Array(bytes[..<count])
    }
    guard let bytes = bytes ?? nil else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { try? Tag(parsing: $0) }
  }

  /// Where it can't be kept, the next one asks again: no reason for a word.
  func keep(_ tags: [Tag]) {
    let parent = FilePath(directory).removingLastComponent().string
    for directory in [parent, directory] { mkdir(directory, 0o700) }
    removeOld()
    let text = tags.map { "\($0)\n" }.joined()
    try? FileReplacement.replace(path, with: Array(text.utf8), mode: [.ownerRead, .ownerWrite])
  }

  private func removeOld() {
    guard let stream = opendir(directory) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      var status = Glibc.stat()
      guard !name.hasPrefix("."), stat("\(directory)/\(name)", &status) == 0 else { continue }
      if !status.isFresh(Self.lifetime) { unlink("\(directory)/\(name)") }
    }
  }
}

extension stat {
  fileprivate var changed: [Int] { [st_mtim.tv_sec, st_mtim.tv_nsec] }

  fileprivate func isFresh(_ lifetime: Int) -> Bool { (0...lifetime).contains(time(nil) - st_mtim.tv_sec) }
}
