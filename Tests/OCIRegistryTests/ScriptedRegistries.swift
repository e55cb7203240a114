import DockerConfig
import HTTP
import TestSupport

@testable import OCIRegistry

extension Registries {
  /// On a machine without any of docker's files.
  init(
    scripted transport: any HTTPTransport,
    keychain: any Keychain,
    insecure: Set<String> = [],
    mirrors: [String] = [],
    clocks: Clocks = Clocks(),
    onEvent: @escaping @Sendable (RegistryEvent) -> Void = { _ in }
  ) {
    let paths = DockerPaths(environment: ["MANIFESTX_ROOT": "/nowhere"], home: "/nowhere")
    self.init(
      transport: transport,
      keychain: keychain,
      settings: RegistrySettings(
        insecure: InsecureRegistries(requested: insecure, daemon: DaemonConfig(paths)),
        paths: paths,
        mirrors: mirrors
      ),
      clocks: clocks,
      onEvent: onEvent
    )
  }
}
