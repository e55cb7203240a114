import DockerConfig
import Glibc
import LocalSystem
import OCI

/// The tags that a registry gave within the last half minute, or that it gave none, so that the second TAB is quick; or
/// that it is being asked.
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
    // The file's identity, not its contents: after another login the response may be different.
    var config = Glibc.stat()
    let file = paths.configFile
    let state = stat(file, &config) == 0 ? [Int(config.st_ino), Int(config.st_size)] + config.changed : []
    key = "tags\n\(repository.registry)/\(repository.path)\n\(isInsecure)\n\(file)\n\(state)"
  }

  enum Entry: Equatable {
    /// Empty if it gave no tags.
    case tags([Tag])
    /// It was asked so long ago, and has not answered yet.
    case pending(Duration)
  }

  /// Nil if the registry was not asked within the last half minute.
  func entry() -> Entry? {
    guard let bytes = cache.read(key) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let now = Self.milliseconds
    if let mark = lines.first, mark.first == Self.mark, let time = Int(mark.dropFirst()), (0...now).contains(time) {
      return .pending(.milliseconds(now - time))
    }
    return .tags(lines.compactMap { try? Tag(parsing: $0) })
  }

  /// Returns when the registry has answered.
  func tagsWhenKnown() async -> [Tag]? {
    while case .pending = entry() {
      do { try await Task.sleep(for: .milliseconds(10)) } catch { return nil }
    }
    guard case .tags(let tags) = entry() else { return nil }
    return tags
  }

  /// Notes that the registry is being asked. False if this cannot be noted.
  func markPending() -> Bool { cache.write(Array("\(Self.mark)\(Self.milliseconds)\n".utf8), to: key) }

  /// No tag begins with it.
  private static let mark: Character = "?"

  /// Of a clock that is the same for all processes.
  private static var milliseconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }

  /// If they cannot be stored, the next TAB asks the registry again.
  func keep(_ tags: [Tag]) { cache.write(Array(tags.map { "\($0)\n" }.joined().utf8), to: key) }
}

extension stat {
  fileprivate var changed: [Int] { [st_mtim.tv_sec, st_mtim.tv_nsec] }
}
