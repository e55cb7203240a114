import DockerConfig
import Glibc
import LocalSystem
import OCI

/// The tags that a registry gave within the last half minute, or that it gave none, so that the second TAB is quick.
struct TagCache {
  private let cache: CompletionCache
  private let key: String

  /// Nil where there is no place for it.
  ///
  /// - Parameter isInsecure: Part of the key, because some registries can be reached only if it is true.
  init?(_ repository: Repository, isInsecure: Bool, _ paths: DockerPaths, _ environment: Environment) {
    // A credential in the environment may be a different one each time, and must not be stored in any form.
    guard environment["DOCKER_AUTH_CONFIG"] == nil, let cache = CompletionCache(environment, home: paths.home)
    else { return nil }
    self.cache = cache
    // The file's identity, not its contents: after another login the answer may be different.
    var config = Glibc.stat()
    let file = paths.configFile
    let state = stat(file, &config) == 0 ? [Int(config.st_ino), Int(config.st_size)] + config.changed : []
    key = "tags\n\(repository.registry)/\(repository.path)\n\(isInsecure)\n\(file)\n\(state)"
  }

  /// Nil if the registry was not asked within the last half minute. Empty if it gave no tags.
  func tags() -> [Tag]? {
    cache.read(key).map { bytes in
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { try? Tag(parsing: $0) }
    }
  }

  /// If they cannot be stored, the next TAB asks the registry again.
  func keep(_ tags: [Tag]) { cache.write(Array(tags.map { "\($0)\n" }.joined().utf8), to: key) }
}

extension stat {
  fileprivate var changed: [Int] { [st_mtim.tv_sec, st_mtim.tv_nsec] }
}
