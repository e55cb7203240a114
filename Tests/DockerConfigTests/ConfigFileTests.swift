import JSON
import OCI
import TestSupport
import Testing

@testable import DockerConfig

@Suite struct ConfigFileTests {
  @Test func aMissingFileHasNoSettings() throws {
    let directory = try TemporaryDirectory()
    let config = ConfigFile(directory.paths)
    #expect(config.credsStore == nil)
    #expect(try config.auths.credential(for: RegistryNamespace(host: "r.example"))?.key == nil)
  }

  static let empty = [
    "", " \n\t", "{}", "\u{FEFF}{}", "null", "\u{FEFF} null\n}", #"{"auths":null,"credsStore":null}"#,
  ]

  @Test(arguments: empty)
  func anEmptyFileHasNoSettings(text: String) throws {
    let directory = try TemporaryDirectory(["config.json": text])
    #expect(ConfigFile(directory.paths).credHelpers == [:])
    #expect(ConfigFile(directory.paths).problems == [])
  }

  static let broken: [(text: String, words: String)] = [
    ("{\n  \"auths\": {,\n}", "config.json:2:13: invalid JSON"),
    ("[]", "config.json: the document must be an object, but is an array"),
    (#"{"auths":[]}"#, "config.json: auths must be an object, but is an array"),
    (#"{"credsStore":1}"#, "config.json: credsStore must be a string, but is a number"),
    (
      #"{"credHelpers":{"r.example":{}}}"#, #"config.json: credHelpers["r.example"] must be a string, but is an object"#
    ),
  ]

  @Test(arguments: broken)
  func saysWhereAFileIsWrong(text: String, words: String) throws {
    let directory = try TemporaryDirectory(["config.json": text])
    let problems = ConfigFile(directory.paths).problems.map(\.description)
    #expect(problems.count == 1)
    #expect(problems.first?.contains("\(directory.path)/\(words)") == true, "\(problems)")
  }

  @Test func aFileThatCannotBeReadHasNoSettings() throws {
    let directory = try TemporaryDirectory(["config.json/x": ""])
    let config = ConfigFile(directory.paths)
    #expect(config.problems.first?.description.hasPrefix("cannot read \(directory.path)/config.json: ") == true)
    #expect(!config.isDanglingLink)
    #expect(config.hosts == [])
  }

  /// docker reads such a file, too.
  @Test(arguments: [#"\ud800"#, #"\udc00x"#, "1e400"])
  func aTextThatOnlyGoReadsIsNoProblem(value: String) throws {
    let value = value == "1e400" ? value : "\"\(value)\""
    let directory = try TemporaryDirectory(["config.json": #"{"detachKeys":\#(value),"credsStore":"s"}"#])
    let config = ConfigFile(directory.paths)
    #expect(config.problems == [])
    #expect(config.credsStore == "s")
  }

  /// docker decodes the first value only, and each of several members with one name in its turn.
  @Test func whatStandsSeveralTimesIsReadAsDockerReadsIt() throws {
    let text = """
      {"auths":{"a.example":{"auth":"bTpw"},"b.example":{"auth":"bTpw"},"c.example":{"auth":"bTpw"}},
       "credHelpers":{"r.example":"x"},"credHelpers":{"r.example":"y","s.example":"z"},"credsStore":"s","credsStore":null,
       "auths":{"b.example":null,"c.example":{"auth":"bjpw"},"d.example":{"auth":"bTpw","auth":null}}}
      } {"credsStore":"t"}
      """
    let directory = try TemporaryDirectory(["config.json": text])
    let config = ConfigFile(directory.paths)
    #expect(config.problems == [])
    #expect(config.credsStore == "s")
    #expect(config.credHelpers == ["r.example": "y", "s.example": "z"])
    #expect(config.plainTextHosts == ["a.example", "c.example", "d.example"])
    #expect(
      try config.auths.credential(for: RegistryNamespace(host: "c.example"))?.credential
        == .basic(username: "n", password: Secret("p"))
    )
  }

  /// Each member counts for itself.
  @Test func theRestOfAFileIsUsed() throws {
    let text = #"{"HttpHeaders":{"a b":"c"},"credsStore":1,"credHelpers":{"h.example":"h"},"auths":{"r.example":{}}}"#
    let directory = try TemporaryDirectory(["config.json": text])
    let config = ConfigFile(directory.paths)
    #expect(config.hosts == ["h.example", "r.example"])
    #expect(config.problems.map { "\($0)".hasSuffix("credsStore must be a string, but is a number") } == [true])
    #expect(config.headersProblem != nil)
    #expect(config.httpHeaders.isEmpty)
  }

  @Test("Fields in any case, as docker reads them, and hosts exactly")
  func anyCase() throws {
    let text = """
      {"credsstore":"a","credSstore":"b","HTTPHEADERS":{"X-Meta-A":"1"},
       "credhelpers":{"R.example":"c","r.example":"d","n.example":null},"Auths":{"r.example":{"Auth":"bTpw"}}}
      """
    let directory = try TemporaryDirectory(["config.json": text])
    let config = ConfigFile(directory.paths)
    #expect(config.credsStore == "b")
    #expect(config.httpHeaders.map(\.name) == ["X-Meta-A"])
    #expect(config.credHelpers == ["R.example": "c", "r.example": "d", "n.example": ""])
    #expect(
      try config.auths.credential(for: RegistryNamespace(host: "r.example"))?.credential
        == .basic(username: "m", password: Secret("p"))
    )
    let variable = try EnvironmentCredentials(["DOCKER_AUTH_CONFIG": #"{"Auths":{"r.example":{"AUTH":"bTpw"}}}"#])
    #expect(try variable?.entries.credential(for: RegistryNamespace(host: "r.example"))?.key == "r.example")
    let hooks = try TemporaryDirectory(["config.json": #"{"Plugins":{"manifestx":{"hooks":"push"}},"Plugins2":{}}"#])
    let settings = try HookSettings(hooks.paths)
    #expect(settings.names("push"))
    try settings.disable()
    #expect(try HookSettings(hooks.paths).names("push") == false)
  }

  // MARK: - Which key

  static let keys: [(host: String, stored: [String], found: String?)] = [
    ("r.example", ["r.example"], "r.example"),
    ("r.example:5000", ["r.example", "r.example:5000"], "r.example:5000"),
    ("r.example", ["r.example:5000", "sub.r.example"], nil),
    ("r.example", ["https://r.example/v2/"], "https://r.example/v2/"),
    ("r.example", ["http://r.example"], "http://r.example"),
    ("r.example", ["https://r.example/v2/", "R.example", "r.example"], "r.example"),
    ("r.example", ["https://r.example/v2/", "https://r.example"], "https://r.example"),
    ("R.Example", ["r.example"], "r.example"),
    ("docker.io", ["https://index.docker.io/v1/"], "https://index.docker.io/v1/"),
    ("docker.io", ["docker.io"], "docker.io"),
    ("docker.io", ["docker.io", "https://index.docker.io/v1/"], "https://index.docker.io/v1/"),
    ("docker.io", ["registry-1.docker.io"], "registry-1.docker.io"),
    ("r.example", ["r.example/a", "https://r.example/v2/"], "https://r.example/v2/"),
    // They are for parts of the registry, and have passwords of their own.
    ("r.example", ["r.example/team", "r.example/a"], nil),
    ("r.example", ["r.example/v1/team", "https://r.example/a"], "https://r.example/a"),
    ("r.example", ["r.example/v1/"], "r.example/v1/"),
    ("r.example", ["https://r.example/some/path"], "https://r.example/some/path"),
    ("docker.io", ["evil-docker.io", "docker.io.evil.example"], nil),
  ]

  @Test(arguments: keys)
  func findsTheKeyOfARegistry(host: String, stored: [String], found: String?) throws {
    let auths = JSONValue.object(stored.map { JSONMember(name: $0, value: .object(["auth": "bWU6c2VjcmV0"])) })
    let text = String(decoding: JSONValue.object(["auths": auths]).encoded(), as: UTF8.self)
    let directory = try TemporaryDirectory(["config.json": text])
    #expect(
      try ConfigFile(directory.paths).auths.credential(for: RegistryNamespace(host: host), includesURLs: true)?.key
        == found
    )
  }

  static let namespaces: [(repository: String, stored: [String], path: String)] = [
    ("r.example/team/app", ["r.example/team", "r.example"], "team"),
    ("r.example/team/app", ["r.example/team/app", "r.example/team"], "team/app"),
    ("r.example/team/app", ["r.example/team/"], "team"),
    ("r.example/teams/app", ["r.example/team"], ""),
    ("r.example/a/team", ["r.example/team"], ""),
    ("r.example/team/app", ["other.example/team", "r.example:5000/team"], ""),
    // A URL is for the whole registry.
    ("r.example/v2/app", ["https://r.example/v2/"], ""),
    ("r.example/x/app", ["https://r.example/v2/", "r.example/x"], "x"),
    ("r.example/y/app", ["https://r.example/v2/", "r.example/x"], ""),
    ("docker.io/library/alpine", ["docker.io/library"], "library"),
    ("docker.io/team/app", ["registry-1.docker.io/team"], "team"),
    ("docker.io/v1/app", ["https://index.docker.io/v1/"], ""),
  ]

  /// The longest path that begins the repository, by whole components.
  @Test(arguments: namespaces)
  func findsTheNamespaceOfARepository(repository: String, stored: [String], path: String) throws {
    let auths = JSONValue.object(stored.map { JSONMember(name: $0, value: .object(["auth": "bWU6c2VjcmV0"])) })
    let entries = try AuthEntries(JSONNode(auths), source: "a test")
    let repository = try Reference(parsing: "\(repository):v1").repository
    #expect((entries.namespace(of: repository)?.path ?? "") == path)
  }

  @Test func anEntryThatIsNullIsNone() throws {
    let directory = try TemporaryDirectory(["config.json": #"{"auths":{"r.example":null}}"#])
    let config = ConfigFile(directory.paths)
    #expect(try config.auths.credential(for: RegistryNamespace(host: "r.example"))?.key == nil)
    #expect(config.hosts == [])
  }

  /// A broken entry does not prevent the use of other registries.
  @Test func onlyTheEntryThatIsNeededIsRead() throws {
    let text = #"{"auths":{"broken.example":{"auth":"!"},"r.example":{"auth":"bWU6c2VjcmV0"}}}"#
    let directory = try TemporaryDirectory(["config.json": text])
    let config = ConfigFile(directory.paths)
    #expect(try config.auths.credential(for: RegistryNamespace(host: "r.example"))?.key == "r.example")
    #expect(throws: SettingsError.self) { try config.auths.credential(for: RegistryNamespace(host: "broken.example")) }
  }
}

extension TemporaryDirectory {
  /// Everything in this directory: config.json, the home, and `etc/docker`.
  var paths: DockerPaths {
    DockerPaths(environment: ["MANIFESTX_ROOT": path], home: "\(path)/home", configDirectory: path)
  }
}
