import Synchronization
import TestSupport
import Testing

@testable import DockerConfig

/// Helpers that answer are tested in Integration: they are looked for in PATH, which belongs to the whole process.
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
    let helper = CredentialHelper(name: name, origin: "credsStore in /c/config.json")
    await #expect(throws: CredentialHelperError(name: name, origin: helper.origin, reason: reason)) {
      try await helper.credential(for: RegistryAddress(host: "r.example"))
    }
  }

  static let stores: [(settings: String, origin: String)] = [
    (#""credsStore":"absent""#, "credsStore"),
    (#""credsStore":"other","credHelpers":{"r.example":"absent"}"#, #"credHelpers["r.example"]"#),
    (#""credsStore":"absent","credHelpers":{"r.example":""}"#, "credsStore"),
  ]

  /// Docker's order: the registry's own helper, the helper for all, the file. An entry without a credential is what a
  /// helper leaves in it, and a broken one is no way out.
  @Test(arguments: stores, ["{}", #"{"auth":"!"}"#])
  func aHelperThatIsMissingIsAnError(store: (settings: String, origin: String), entry: String) async throws {
    let file = #"{"auths":{"r.example":\#(entry)},\#(store.settings)}"#
    let directory = try TemporaryDirectory(["config.json": file])
    let keychain = try DockerKeychain(config: try ConfigFile(directory.surroundings), environment: [:])
    let expected = CredentialHelperError(
      name: "absent",
      origin: "\(store.origin) in \(directory.path)/config.json",
      reason: .missing
    )
    await #expect(throws: expected) { try await keychain.credential(forHost: "r.example") }
  }

  @Test(arguments: stores)
  func whereAHelperIsMissingTheFileItselfCounts(settings: String, origin: String) async throws {
    let file = #"{"auths":{"r.example":{"auth":"bWU6c2VjcmV0"}},\#(settings)}"#
    let directory = try TemporaryDirectory(["config.json": file])
    let path = "\(directory.path)/config.json"
    let warnings = Mutex<[String]>([])
    let keychain = try DockerKeychain(
      config: try ConfigFile(directory.surroundings),
      environment: [:],
      warn: { warning in warnings.withLock { $0.append(warning) } }
    )
    let found = try await keychain.credential(forHost: "r.example")
    let entry = #"auths["r.example"] in \#(path)"#
    #expect(found == FoundCredential(.basic(username: "me", password: Secret("secret")), origin: entry))
    let words =
      "cannot find the credential helper docker-credential-absent in PATH, which \(origin) in \(path) names; using \(entry)"
    #expect(warnings.withLock { $0 } == [words])
  }

  /// Also where the program isn't there: nothing is started any more.
  @Test func afterTheEndNoHelperIsStarted() async throws {
    let helpers = RunningHelpers()
    await helpers.end()
    let helper = CredentialHelper(name: "not-on-this-machine", origin: "a test")
    await #expect(throws: CancellationError.self) {
      try await helper.credential(for: RegistryAddress(host: "r.example"), helpers)
    }
  }

  static let found: [(host: String, credential: Credential, origin: String)] = [
    ("r.example", .basic(username: "me", password: Secret("secret")), #"auths["r.example"] in "#),
    ("other.example", .anonymous, "nothing for other.example in "),
    ("empty.example", .anonymous, "nothing for empty.example in "),
  ]

  @Test(arguments: found)
  func saysWhereACredentialWasFound(host: String, credential: Credential, origin: String) async throws {
    let file = #"{"auths":{"r.example":{"auth":"bWU6c2VjcmV0"},"empty.example":{}}}"#
    let directory = try TemporaryDirectory(["config.json": file])
    let keychain = try DockerKeychain(config: try ConfigFile(directory.surroundings), environment: [:])
    let answer = try await keychain.credential(forHost: host)
    #expect(answer == FoundCredential(credential, origin: "\(origin)\(directory.path)/config.json"))
  }
}
