import CurlHTTP
import DockerConfig
import Glibc
import HTTP
import LocalSystem
import OCI
import OCIRegistry

/// One run of one verb: where it prints, and what it needs to talk to registries. The one place where the modules are
/// put together.
struct Session: Sendable {
  var console: Console
  /// Every command of the program, for the manual.
  let verbs: [any VerbDeclaration.Type]
  /// What the run has published so far.
  let published: PublishedNames
  /// What the run prints if it is interrupted, besides that.
  let unfinished: UnfinishedResult
  /// Decides whether a credential helper is started.
  var helperPolicy: (any HelperPolicy)?
  /// The end of a command ends them. After TAB they go on: the user may be typing in the window of one.
  let helpers = RunningHelpers()
  let environment: Environment
  let paths: DockerPaths
  /// For the images of this machine.
  let engine: EngineSettings

  init(
    invocation: PluginInvocation,
    environment: Environment,
    console: Console,
    verbs: [any VerbDeclaration.Type] = [],
    published: PublishedNames = PublishedNames(),
    unfinished: UnfinishedResult = UnfinishedResult()
  ) {
    (self.published, self.unfinished) = (published, unfinished)
    self.console = console
    if invocation.isDebugging { self.console.isDebugging = true }
    if console.form != .quiet {
      self.console.live = LiveProgress(ContinuousClock()) { [helpers] in helpers.areRunning }
    }
    self.verbs = verbs
    self.environment = environment
    engine = EngineSettings(invocation, environment)
    paths = DockerPaths(
      environment: environment,
      home: environment["HOME"] ?? Self.homeOfUser ?? DockerPaths.noHome,
      configDirectory: invocation.configDirectory
    )
  }

  /// - Parameters:
  ///   - names: The registries that the command line names.
  ///   - onUnusable: Called for certificates that cannot be used, after the warning.
  func registries(
    _ names: [Registry],
    _ options: RegistryOptions,
    onUnusable: @escaping @Sendable (UnusableCertificates) -> Void = { _ in }
  ) -> Registries {
    CurlTransport.preload()
    let daemon = DaemonConfig(paths)
    for problem in daemon.problems {
      console.warning("\(problem); its insecure-registries and registry-mirrors are ignored")
    }
    for problem in daemon.invalidEntries { console.warning("\(problem); continuing without it") }
    let config = ConfigFile(paths)
    if let problem = config.headersProblem { console.warning("\(problem); continuing without it") }
    if config.hasNoDirectory {
      console.warning(
        "this user has no home directory (HOME), so docker's config.json is not read. Set DOCKER_CONFIG to the directory that contains config.json"
      )
    }
    if config.isDanglingLink { console.warning("\(config.path) is a link to a file that does not exist") }
    return Registries(
      transport: transport(timeout: options.timeout.duration) { [console] in
        console.warning("\($0); continuing without it")
        onUnusable($0)
      },
      keychain: keychain(config, onEvent: console.show),
      settings: RegistrySettings(
        insecure: InsecureRegistries(
          requested: options.insecure ? Set(names.map(\.host)) : [],
          daemon: daemon,
          timeout: options.timeout.duration
        ),
        paths: paths,
        mirrors: daemon.registryMirrors,
        headers: config.httpHeaders,
        retry: RetryPolicy(longestWait: options.retryMaxWait.duration)
      ),
      secrets: console.secrets,
      onEvent: console.show
    )
  }

  /// The same for `doctor`, which says what is wrong with the settings itself, and tries everything once.
  ///
  /// - Parameters:
  ///   - insecure: The registries for which the user asked for it.
  ///   - onSettings: Called for credentials that cannot be used.
  ///   - onUnusable: Called for certificates that cannot be used.
  func registries(
    triedOnceWithin timeout: Duration,
    insecure: Set<String>,
    _ config: ConfigFile,
    _ daemon: DaemonConfig,
    onSettings: @escaping @Sendable (SettingsEvent) -> Void,
    onUnusable: @escaping @Sendable (UnusableCertificates) -> Void
  ) -> Registries {
    Registries(
      transport: transport(timeout: timeout, onUnusable: onUnusable),
      keychain: keychain(config, onEvent: onSettings),
      settings: RegistrySettings(
        insecure: InsecureRegistries(requested: insecure, daemon: daemon, timeout: timeout),
        paths: paths,
        headers: config.httpHeaders,
        retry: RetryPolicy(attempts: 1)
      ),
      secrets: console.secrets
    ) { [console] event in
      if case .certificatesUnusable = event { return }
      console.show(event)
    }
  }

  private func transport(
    timeout: Duration,
    onUnusable: @escaping @Sendable (UnusableCertificates) -> Void
  ) -> CurlTransport {
    let proxies = ProxySettings(environment)
    return CurlTransport(
      CurlSettings(
        userAgent: Self.userAgent,
        timeout: timeout,
        reportsTLSVersion: console.isDebugging,
        authorities: SystemAuthorities { environment[$0] },
        proxy: { [secrets = console.secrets] origin in
          let proxy = try proxies.proxy(for: origin)
          secrets.add(proxy)
          return proxy
        },
        onUnusable: onUnusable
      )
    )
  }

  /// The certificate authorities that are trusted for all registries. Directories only if they replace the system's.
  var systemAuthorities: SystemAuthorities {
    let replaced = SystemAuthorities { environment[$0] }
    let file = (replaced.file ?? CurlTransport.systemAuthorities).flatMap { access($0, R_OK) == 0 ? $0 : nil }
    return SystemAuthorities(file: file, directories: replaced.directories)
  }

  private func keychain(
    _ config: ConfigFile,
    onEvent: @escaping @Sendable (SettingsEvent) -> Void
  ) -> DockerKeychain {
    DockerKeychain(
      config: config,
      environment: environment,
      helpers: helpers,
      helperPolicy: helperPolicy,
      onEvent: onEvent
    )
  }

  /// From the user database: cron and systemd start programs without HOME. Nil if the user has none.
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

  /// What every request sends as its `User-Agent`.
  static var userAgent: String { "docker-\(ProgramMetadata.name)/\(ProgramMetadata.version)" }
}
