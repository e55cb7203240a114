import LocalSystem
import OCI
import OCIRegistry

/// The tags of a repository for completion, from the cache or from the registry.
///
/// The registry is asked by a process of its own, which goes on when completion has to answer: the tags are in the cache
/// for one of the next presses of TAB.
struct TagLookup: Sendable {
  let session: Session
  let repository: Repository
  /// The command line contains `--insecure`.
  let isInsecure: Bool

  /// For that process. The mark in the cache is valid for longer, so that there is never a second one.
  private static let longest = Duration.seconds(25)

  /// Those that are known by now; otherwise those that the registry gives within this time.
  func tags(within limit: Duration) async -> [Tag] {
    guard let cache else { return await asked(within: limit) ?? [] }
    switch cache.entry() {
    case .tags(let tags): return tags
    // A registry that has not answered for so long does not delay every TAB.
    case .pending(let age) where age > limit * 4: return []
    case .pending: break
    case nil:
      guard cache.markPending(), startProcess() else { return await askForCache(within: limit) }
    }
    return await within(limit) { await cache.tagsWhenKnown() } ?? []
  }

  /// What the process does.
  func askForCache() async { _ = await askForCache(within: Self.longest) }

  /// A failure is kept too, as no tags, so that the next TAB does not ask again.
  private func askForCache(within limit: Duration) async -> [Tag] {
    let tags = await asked(within: limit) ?? []
    cache?.keep(tags)
    return tags
  }

  /// Nil if the registry does not answer in time, or with something else.
  private func asked(within limit: Duration) async -> [Tag]? {
    await within(limit) {
      let options = try? RegistryOptions.parse(isInsecure ? ["--insecure"] : [])
      let registries = options.map { session.registries([repository.registry], $0) }
      let tags = try? await registries?.repository(repository).tags(pages: 100).sorted { $0.text < $1.text }
      // A registry can repeat what it was sent. It must not get into the cache, or on the screen.
      return tags?.filter { session.console.secrets.redacting($0.text) == $0.text }
    }
  }

  private var cache: TagCache? {
    TagCache(repository, isInsecure: isInsecure, session.paths, session.environment)
  }
}

// MARK: - The process

extension TagLookup {
  /// The name of its command, which is hidden.
  static let command = "__tags"

  /// The words after the command's name.
  private var words: [String] {
    ["--config", session.paths.configDirectory, "\(repository.registry)/\(repository.path)"]
      + (isInsecure ? ["--insecure"] : [])
  }

  /// False if it cannot be started.
  private func startProcess() -> Bool {
    let arguments = ["docker-manifestx", Self.command] + words
    do { try DetachedProcess.start(DetachedProcess.thisProgram, arguments) } catch { return false }
    return true
  }

  /// Nil for words that no other process of this program passes.
  init?(_ call: RawCall) {
    guard let invocation = try? PluginInvocation(call.words), let name = invocation.arguments.first,
      let reference = try? Reference(parsing: name)
    else { return nil }
    repository = reference.repository
    isInsecure = invocation.arguments.contains("--insecure")
    session = Session.forCompletion(invocation, call)
  }
}
