import CurlHTTP
import DockerConfig
import Glibc
import HTTP
import JSON
import LocalSystem
import OCI
import OCIRegistry
import PluginMetadata

/// One run of one verb: where it writes, and what it needs to speak to registries. The one place where the parts are
/// put together.
struct Session: Sendable {
  var console: Console
  /// Decides whether a credential helper is run; nil: always.
  var helperPolicy: (any HelperPolicy)?
  /// Whoever ends the session ends them. After TAB they stay: a person may be busy with the window of one.
  let helpers = RunningHelpers()
  let environment: Environment
  let paths: DockerPaths

  init(invocation: PluginInvocation, environment: Environment, isDebugging: Bool = false) {
    console = Console(isDebugging: invocation.isDebugging || isDebugging)
    self.environment = environment
    paths = DockerPaths(
      environment: environment,
      home: environment["HOME"] ?? Self.homeOfUser ?? DockerPaths.noHome,
      configDirectory: invocation.configDirectory
    )
  }

  /// - Parameter names: The registries that the command line names.
  /// - Throws: `SettingsError` if docker's config.json, or a variable of the environment, cannot be used.
  func registries(_ names: [Registry], _ options: RegistryOptions) throws -> Registries {
    let daemon = DaemonConfig(paths)
    for problem in daemon.problems {
      console.warning("\(problem); its insecure-registries and registry-mirrors are ignored")
    }
    let config = try ConfigFile(paths)
    if config.path.hasPrefix(DockerPaths.noHome) {
      console.warning(
        "this user has no home directory (HOME), so docker's config.json is not read; DOCKER_CONFIG can say where it is"
      )
    }
    if config.isDanglingLink { console.warning("\(config.path) is a link to a file that does not exist") }
    let curl = CurlTransport(
      CurlTransport.Settings(
        userAgent: Self.userAgent,
        timeout: options.timeout.duration,
        reportsTLSVersion: console.isDebugging,
        authorities: SystemAuthorities { environment[$0] },
        proxy: try ProxySettings(environment).proxy(for:)
      )
    )
    return Registries(
      transport: curl,
      keychain: try DockerKeychain(
        config: config,
        environment: environment,
        helpers: helpers,
        helperPolicy: helperPolicy,
        onEvent: console.show
      ),
      settings: RegistrySettings(
        insecure: InsecureRegistries(requested: options.insecure ? Set(names.map(\.host)) : [], daemon: daemon),
        paths: paths,
        mirrors: daemon.registryMirrors,
        headers: config.httpHeaders,
        retry: RetryPolicy(longestWait: options.retryMaxWait.duration)
      ),
      onEvent: console.show
    )
  }

  /// As the machine knows it: cron and systemd start programs without HOME. Nil if the user has none.
  private static var homeOfUser: String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16 << 10) { buffer in
      var entry = passwd()
      var found: UnsafeMutablePointer<passwd>?
      guard let start = buffer.baseAddress, getpwuid_r(getuid(), &entry, start, buffer.count, &found) == 0,
        let home = found?.pointee.pw_dir.map({ String(cString: $0) })
      else { return nil }
      return home.isEmpty ? nil : home
    }
  }

  /// A member of `plugin-metadata/metadata.json`.
  static func metadata(_ name: String) -> String {
    let node = (try? JSONValue(decoding: PluginMetadata.json)).map { JSONNode($0) }
    return (try? node?.required(name).string()) ?? ""
  }

  private static var userAgent: String { "docker-\(metadata("Name"))/\(metadata("Version"))" }
}
