import DockerConfig
import Glibc
import LocalSystem
import OCI

/// The tags that a registry gave, or did not give, a moment ago: so that the second TAB is quick.
struct TagCache {
  private let cache: CompletionCache
  private let key: String

  /// Nil where there is no place for it.
  ///
  /// - Parameter isInsecure: Another answer, as a registry may be reached only so.
  init?(_ repository: Repository, isInsecure: Bool, _ paths: DockerPaths, _ environment: Environment) {
    // A credential from the environment may be another one each time, and is not to be stored in any form.
    guard environment["DOCKER_AUTH_CONFIG"] == nil, let cache = CompletionCache(environment, home: paths.home)
    else { return nil }
    self.cache = cache
    // What config.json is like, not what is in it: so that another login sees another answer.
    var config = Glibc.stat()
    let file = paths.configFile
    let state = stat(file, &config) == 0 ? [Int(config.st_ino), Int(config.st_size)] + config.changed : []
    key = "tags\n\(repository.registry)/\(repository.path)\n\(isInsecure)\n\(file)\n\(state)"
  }

  /// Nil if nobody asked a moment ago. Empty where it was asked in vain.
  func tags() -> [Tag]? {
    cache.read(key).map { bytes in
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { try? Tag(parsing: $0) }
    }
  }

  /// Where they can't be kept, the next one asks again: no reason for a word.
  func keep(_ tags: [Tag]) { cache.write(Array(tags.map { "\($0)\n" }.joined().utf8), to: key) }
}

extension stat {
  fileprivate var changed: [Int] { [st_mtim.tv_sec, st_mtim.tv_nsec] }
}
