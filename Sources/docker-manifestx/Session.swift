import CurlHTTP
import DockerConfig
import JSON
import OCI
import OCIRegistry
import PluginMetadata

/// One run of one verb: where it writes, and what it needs to speak to registries. The one place where the parts are
/// put together.
struct Session: Sendable {
  let console: Console
  let surroundings: Surroundings

  init(invocation: PluginInvocation, environment: [String: String], common: CommonOptions) {
    console = Console(isDebugging: invocation.isDebugging || common.debug)
    surroundings = Surroundings(
      environment: environment,
      home: environment.nonEmpty("HOME") ?? "/",
      configDirectory: invocation.configDirectory
    )
  }

  /// - Parameter insecure: Registries that the command line calls insecure.
  /// - Throws: `SettingsError` if docker's config.json cannot be used.
  func registries(insecure: Set<String> = []) throws -> RegistryContext {
    let daemon = DaemonConfig(surroundings)
    for problem in daemon.problems { console.warning("\(problem); its insecure-registries are ignored") }
    let config = try ConfigFile(surroundings)
    return RegistryContext(
      transport: LoggingTransport(base: CurlTransport(userAgent: Self.userAgent), log: console.debug),
      keychain: DockerKeychain(config: config, environment: surroundings.environment),
      insecure: InsecureRegistries(flagged: insecure, daemon: daemon),
      surroundings: surroundings,
      note: console.progress,
      log: console.debug
    )
  }

  /// A member of `plugin-metadata/metadata.json`.
  static func metadata(_ name: String) -> String {
    let node = (try? JSONValue(decoding: PluginMetadata.json)).map { JSONNode($0) }
    return (try? node?.required(name).string()) ?? ""
  }

  private static var userAgent: String { "docker-\(metadata("Name"))/\(metadata("Version"))" }
}
