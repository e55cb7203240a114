import Glibc
import LocalSystem
import Synchronization
import TestSupport
import Testing

@testable import DockerConfig

/// Helpers that answer are tested in Integration, because they are found through the PATH of the whole process.
@Suite struct CredentialHelperTests {
  static let refused: [(name: String, reason: CredentialHelperError.Reason)] = [
    ("", .badName),
    ("../evil", .badName),
    ("a b", .badName),
    ("a\0b", .badName),
    ("é", .badName),
    ("not-on-this-machine", .missing),
  ]

  @Test(arguments: refused)
  func refuses(name: String, reason: CredentialHelperError.Reason) async {
    let helper = CredentialHelper(name: name, setting: "credsStore in /c/config.json")
    await #expect(throws: CredentialHelperError(name: name, setting: helper.setting, reason: reason)) {
      try await helper.credential(for: ServerAddress(host: "r.example"))
    }
  }

  static let stores: [(members: String, setting: String)] = [
    (#""credsStore":"absent""#, "credsStore"),
    (#""credsStore":"other","credHelpers":{"r.example":"absent"}"#, #"credHelpers["r.example"]"#),
  ]

  /// docker's order: the registry's own helper, the helper for all registries, the file. Neither an entry without a
  /// credential, which is what remains beside a helper, nor a broken one replaces the helper.
  @Test(arguments: stores, ["{}", #"{"auth":"!"}"#])
  func aHelperThatIsMissingIsReported(store: (members: String, setting: String), entry: String) async throws {
    let file = #"{"auths":{"r.example":\#(entry)},\#(store.members)}"#
    let directory = try TemporaryDirectory(["config.json": file])
    let (found, events) = try await find("r.example", in: directory)
    let missing = UnusableSource.helper(
      CredentialHelperError(
        name: "absent",
        setting: "\(store.setting) in \(directory.path)/config.json",
        reason: .missing
      )
    )
    #expect(found.credential == .anonymous)
    #expect(found.unusable.first == missing)
    #expect(found.unusable.count == (entry == "{}" ? 1 : 2))
    #expect(events.last == .unusable(missing, replacement: nil))
  }

  @Test(arguments: stores)
  func whereAHelperIsMissingTheFileItselfCounts(members: String, setting: String) async throws {
    let file = #"{"auths":{"r.example":{"auth":"bWU6c2VjcmV0"}},\#(members)}"#
    let directory = try TemporaryDirectory(["config.json": file])
    let path = "\(directory.path)/config.json"
    let (found, events) = try await find("r.example", in: directory)
    let entry = #"auths["r.example"] in \#(path)"#
    let error = CredentialHelperError(name: "absent", setting: "\(setting) in \(path)", reason: .missing)
    #expect(found.credential == .basic(username: "me", password: Secret("secret")))
    #expect(found.source == entry)
    #expect(events == [.unusable(.helper(error), replacement: entry)])
  }

  /// docker's files of two paths: see also `ConfigFileTests.findsTheNamespaceOfARepository`.
  @Test func anEmptyNameMeansTheFileItself() async throws {
    let file =
      #"{"auths":{"https://r.example":{"auth":"bWU6c2VjcmV0"}},"credHelpers":{"r.example":""},"credsStore":"absent"}"#
    let directory = try TemporaryDirectory(["config.json": file])
    let (found, events) = try await find("r.example", in: directory)
    #expect(found.source == #"auths["https://r.example"] in \#(directory.path)/config.json"#)
    #expect(events == [])
  }

  static let hubHelpers = ["https://index.docker.io/v1/", "docker.io"]

  @Test(arguments: hubHelpers)
  func dockerHubsHelperHasTwoNames(key: String) async throws {
    let directory = try TemporaryDirectory(["config.json": #"{"credHelpers":{"\#(key)":"absent"}}"#])
    let (found, _) = try await find("docker.io", in: directory)
    #expect(found.unusable.count == 1)
    #expect("\(found.unusable)".contains(#"credHelpers[\"\#(key)\"]"#) || "\(found.unusable)".contains(key))
  }

  private static let ofVariable = #""r.example":{"auth":"eW91OnNlY3JldA==","email":"a@b"}"#
  private static let notRead = "cannot be read from this variable, only auths can"

  static let variables: [(text: String, username: String, problems: [String])] = [
    (#"{"auths":{\#(ofVariable)}}"#, "you", []),
    (#"{"auths":{\#(ofVariable)},"auths":{}} }"#, "you", []),
    (" \n", "me", []), ("null", "me", []),
    (#"{"AUTHS":{\#(ofVariable)},"credsStore":"x","Y":{},"z":null}"#, "you", ["credsStore, Y \(notRead)"]),
    (#"{"credHelpers":{"r.example":"x"}}"#, "me", ["credHelpers \(notRead)"]),
    (#"{"auths":{"a":{},"b":"x",\#(ofVariable)}}"#, "you", ["auths.a.auth is missing", "auths.b must be an object"]),
    (#"{"auths":{"r.example":{"auth":""}}}"#, "me", [#"auths["r.example"].auth is missing"#]),
    (#"{"auths":[]}"#, "me", ["auths must be an object"]),
  ]

  /// The rest of it is used.
  @Test(arguments: variables)
  func whatOfTheVariableCannotBeUsedIsReported(text: String, username: String, problems: [String]) async throws {
    let directory = try TemporaryDirectory(["config.json": #"{"auths":{"r.example":{"auth":"bWU6c2VjcmV0"}}}"#])
    let (found, events) = try await find("r.example", in: directory, ["DOCKER_AUTH_CONFIG": text])
    #expect(found.credential == .basic(username: username, password: Secret("secret")))
    try #require(events.count == problems.count)
    for (event, problem) in zip(events, problems) { #expect("\(event)".contains("DOCKER_AUTH_CONFIG: \(problem)")) }
  }

  static let hosts: [(text: String, isForAll: Bool)] = [
    (#"{"auths":{"https://r.example/v2/":{},"r.example/team":""}}"#, false),
    (#"{"CredHelpers":{"r.example":"x"}}"#, false),
    (#"{"credHelpers":{"r.example":"x"},"credsStore":"y"}"#, true),
    (#"{"credHelpers":["r.example"]}"#, true),
    ("[]", true),
  ]

  /// An error of one registry must not name what can only be about another.
  @Test(arguments: hosts)
  func whatCannotBeUsedIsNamedForTheRegistriesItIsAbout(text: String, isForAll: Bool) async throws {
    let environment: Environment = ["DOCKER_AUTH_CONFIG": text]
    let (found, events) = try await find("r.example", in: try TemporaryDirectory([:]), environment)
    #expect(!events.isEmpty && events == found.unusable.map { .unusable($0, replacement: nil) })
    let (other, sameEvents) = try await find("other.example", in: try TemporaryDirectory([:]), environment)
    #expect(sameEvents == events)
    #expect(other.unusable == (isForAll ? found.unusable : []))
  }

  private func find(
    _ host: String,
    in directory: TemporaryDirectory,
    _ environment: Environment = [:]
  ) async throws -> (FoundCredential, [SettingsEvent]) {
    let events = Mutex<[SettingsEvent]>([])
    let keychain = DockerKeychain(config: ConfigFile(directory.paths), environment: environment) { event in
      events.withLock { $0.append(event) }
    }
    let found = try await keychain.credential(for: RegistryNamespace(host: host))
    return (found, events.withLock { $0 })
  }

  /// This comes before the search for the program, which does not exist here.
  @Test func afterTheEndNoHelperIsStarted() async throws {
    let helpers = RunningHelpers()
    await helpers.end()
    let helper = CredentialHelper(name: "not-on-this-machine", setting: "a test")
    await #expect(throws: CancellationError.self) {
      try await helper.credential(for: ServerAddress(host: "r.example"), helpers)
    }
  }

  static let failures: [(output: String, shown: String)] = [
    (#"{"Username":"u","Secret":"topsecret"}"#, "failed: exited(3): cannot use ***\u{301}"),
    (#"{"Username":"u","Secret":"top\u0073ecret"}"#, "failed: exited(3): cannot use ***\u{301}"),
    (#"{"Username":"u","secret":topsecret"#, "failed: exited(3): cannot use ***\u{301}"),
    ("no keychain", "failed: exited(3): cannot use topsecret\u{301}"),
  ]

  /// A helper that wrote a password may repeat it, also with a combining character after it.
  @Test(arguments: failures)
  func theMessagesOfAHelperAreShownWithoutItsPassword(output: String, shown: String) async throws {
    let program = "#!/bin/sh\nprintf '%s' '\(output)'\necho 'cannot use topsecret\u{301}' >&2\nexit 3\n"
    let directory = try TemporaryDirectory(["docker-credential-fails": program])
    #expect(chmod("\(directory.path)/docker-credential-fails", 0o755) == 0)
    let helper = CredentialHelper(name: "fails", setting: "a test", directory: directory.path)
    let error = await #expect(throws: CredentialHelperError.self) {
      try await helper.credential(for: ServerAddress(host: "r.example"))
    }
    #expect(error?.description == "the credential helper docker-credential-fails (a test) \(shown)")
  }

  /// Three seconds, and 27 more: the clock only counts them.
  @Test func aHelperThatHangsIsStoppedAfterThirtySeconds() async throws {
    let directory = try TemporaryDirectory([
      "docker-credential-hangs": """
      #!/bin/sh
      sleep 60 &
      echo $! >"$0.new" && mv "$0.new" "$0.child"
      wait
      """
    ])
    #expect(chmod("\(directory.path)/docker-credential-hangs", 0o755) == 0)
    let clock = StoppedClock()
    let pidFile = "\(directory.path)/docker-credential-hangs.child"
    let waiting = WaitingClock(clock, until: { access(pidFile, F_OK) == 0 })
    let helper = CredentialHelper(name: "hangs", setting: "a test", directory: directory.path, clock: waiting)
    let events = Mutex<[SettingsEvent]>([])
    await #expect(throws: CredentialHelperError(name: "hangs", setting: "a test", reason: .tooSlow(.seconds(30)))) {
      try await helper.credential(for: ServerAddress(host: "r.example")) { event in
        events.withLock { $0.append(event) }
      }
    }
    #expect(events.withLock { $0 } == [.waitingForHelper(program: "docker-credential-hangs")])
    #expect(clock.waits == [.seconds(3), .seconds(27)])
    let child = try #require(pid_t(String(decoding: File.contents(of: pidFile), as: UTF8.self).prefix { $0 != "\n" }))
    // The system removes a process that was killed a moment later.
    for _ in 0..<500 where kill(child, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(kill(child, 0) != 0, "the helper's child lives on")
  }

  /// Lets time pass once a condition holds.
  struct WaitingClock: Clock {
    let base: StoppedClock
    let condition: @Sendable () -> Bool

    init(_ base: StoppedClock, until condition: @escaping @Sendable () -> Bool) {
      self.base = base
      self.condition = condition
    }

    var now: ContinuousClock.Instant { base.now }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
      while !condition() { try await Task.sleep(for: .milliseconds(5)) }
      try await base.sleep(until: deadline, tolerance: tolerance)
    }
  }

  struct Policy: HelperPolicy {
    let isAllowing: Bool
    let answered = Answered()
    final class Answered: Sendable { let hosts = Mutex<[String]>([]) }
    func allowsHelper(forHost host: String) -> Bool { isAllowing }
    func helperAnswered(forHost host: String) { answered.hosts.withLock { $0.append(host) } }
  }

  /// The file counts as if no helper had been named; the missing helper is not even looked for.
  @Test func aHelperThatIsNotAllowedIsNotRun() async throws {
    let file = #"{"auths":{"r.example":{"auth":"bWU6c2VjcmV0"}},"credsStore":"absent"}"#
    let directory = try TemporaryDirectory(["config.json": file])
    let config = ConfigFile(directory.paths)
    let events = Mutex<[SettingsEvent]>([])
    for isAllowing in [false, true] {
      let policy = Policy(isAllowing: isAllowing)
      let keychain = DockerKeychain(config: config, environment: [:], helperPolicy: policy) { event in
        events.withLock { $0.append(event) }
      }
      #expect(try await keychain.credential(for: RegistryNamespace(host: "r.example")).credential != .anonymous)
      #expect(policy.answered.hosts.withLock { $0 } == [])
      #expect(events.withLock { $0.count } == (isAllowing ? 1 : 0))
    }
  }

  static let found: [(host: String, credential: Credential, source: String)] = [
    ("r.example", .basic(username: "me", password: Secret("secret")), #"auths["r.example"] in "#),
    ("other.example", .anonymous, "none found in "),
    ("empty.example", .anonymous, "none found in "),
  ]

  @Test(arguments: found)
  func saysWhereACredentialWasFound(host: String, credential: Credential, source: String) async throws {
    let file = #"{"auths":{"r.example":{"auth":"bWU6c2VjcmV0"},"empty.example":{}}}"#
    let directory = try TemporaryDirectory(["config.json": file])
    let keychain = DockerKeychain(config: ConfigFile(directory.paths), environment: [:])
    let answer = try await keychain.credential(for: RegistryNamespace(host: host))
    #expect(answer == FoundCredential(credential, source: "\(source)\(directory.path)/config.json"))
  }
}
