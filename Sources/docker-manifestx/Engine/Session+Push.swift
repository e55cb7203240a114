import DockerConfig
import ManifestLists
import OCI

extension Session {
  /// Pushes the request's images that are on this machine, and notes that in the request.
  ///
  /// - Parameter insecure: The registries that the user allowed to be insecure in this command.
  /// - Throws: `EngineError`, `PushErrors`.
  func push(_ request: inout PublishRequest, insecure: [Registry]) async throws {
    let registries = InsecureRegistries(requested: Set(insecure.map(\.host)), daemon: DaemonConfig(paths))
    let push = ImagePush(
      search: EngineSearch(settings: engine),
      // By its name alone: an engine does not bind its connection to the addresses of a name that were checked.
      isInsecure: { registries.reason(forHost: $0.host) != nil },
      onEvent: console.show
    )
    try await push.push(request)
    request.note(.done)
  }
}
