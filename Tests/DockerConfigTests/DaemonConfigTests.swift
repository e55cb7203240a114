import LocalSystem
import TestSupport
import Testing

@testable import DockerConfig

@Suite struct DaemonConfigTests {
  @Test func readsTheFilesOfEveryEngine() throws {
    let directory = try TemporaryDirectory([
      "etc/docker/daemon.json": #"{"insecure-registries":["a","10.0.0.0/8"],"debug":true}"#,
      "home/.config/docker/daemon.json": #"{"insecure-registries":["b"]}"#,
      "home/.docker/daemon.json": #"{"insecure-registries":["c"]}"#,
    ])
    let daemon = DaemonConfig(directory.paths)
    #expect(daemon.insecureRegistries.map(\.text) == ["a", "10.0.0.0/8", "b", "c"])
    #expect(daemon.insecureRegistries.map(\.file).last == "\(directory.path)/home/.docker/daemon.json")
    #expect(daemon.problems == [])
  }

  /// Unlike docker's command, its engine refuses a file with text after the value.
  @Test func onlyAWholeFileIsRead() throws {
    let directory = try TemporaryDirectory([
      "etc/docker/daemon.json": #"{"insecure-registries":["a"]} }"#, "home/.docker/daemon.json": "null\n",
    ])
    let daemon = DaemonConfig(directory.paths)
    #expect(daemon.insecureRegistries == [])
    #expect(daemon.problems.map { "\($0)".contains("daemon.json:1:31: invalid JSON") } == [true])
  }

  @Test func aMirrorInSeveralFilesIsReadOnce() throws {
    let directory = try TemporaryDirectory([
      "etc/docker/daemon.json": #"{"registry-mirrors":["https://a","https://b"]}"#,
      "home/.docker/daemon.json": #"{"registry-mirrors":["https://b","https://c"]}"#,
    ])
    #expect(DaemonConfig(directory.paths).registryMirrors == ["https://a", "https://b", "https://c"])
  }

  @Test func aRootlessEngineMayHaveAnotherDirectory() throws {
    let directory = try TemporaryDirectory(["xdg/docker/daemon.json": #"{"insecure-registries":["b"]}"#])
    let environment: Environment = ["MANIFESTX_ROOT": directory.path, "XDG_CONFIG_HOME": "\(directory.path)/xdg"]
    let daemon = DaemonConfig(DockerPaths(environment: environment, home: directory.path))
    #expect(daemon.insecureRegistries.map(\.text) == ["b"])
  }

  static let lists: [(name: String, valid: [String], invalid: [(text: String, shown: String)])] = [
    (
      "insecure-registries",
      ["r", "r:5000", "http://r:5000", "HTTPS://r", "10.0.0.0/8", "[fd00::1]:5000", "http://fd00::/8"],
      [("r:5000/", "r:5000/"), ("http://r/v2", "http://r/v2"), ("*.r", "*.r"), ("", ""), ("me:secret@r", "r")]
    ),
    (
      "registry-mirrors", ["https://r", "http://r:5000/", "HTTPS://r"],
      [
        ("r", "r"), ("https://r/a", "https://r/a"), ("ftp://r", "ftp://r"), ("https://me:secret@r/a", "r/a"),
        ("https://r/a?token=secret", "https://r/a?\u{2026}"), ("https://r#secret", "https://r#\u{2026}"),
        ("https://r?a=b@c&token=secret", "\u{2026}"), ("https://me:se?cret@r/a", "\u{2026}"),
        ("https://me:secret@\u{301}r/a?\u{301}secret", "\u{301}r/a?\u{2026}"), ("http://docker.io", "http://docker.io"),
        ("https://Registry-1.docker.io:443/", "https://Registry-1.docker.io:443/"),
      ]
    ),
  ]

  /// docker's engine reads schemes in insecure-registries, and refuses the others.
  @Test(arguments: lists)
  func entriesThatMeanNothingAreNamed(name: String, valid: [String], invalid: [(text: String, shown: String)]) throws {
    let list = (valid + invalid.map(\.text)).map { "\"\($0)\"" }.joined(separator: ",")
    let directory = try TemporaryDirectory(["etc/docker/daemon.json": "{\"\(name)\":[\(list)]}"])
    let daemon = DaemonConfig(directory.paths)
    #expect(daemon.insecureRegistries.map(\.text) + daemon.registryMirrors == valid)
    try #require(daemon.invalidEntries.count == invalid.count)
    for (index, problem) in daemon.invalidEntries.enumerated() {
      let place = "\(directory.path)/etc/docker/daemon.json: \(name)[\(valid.count + index)]"
      #expect("\(problem)".hasPrefix("\(place) (“\(invalid[index].shown)”) must be "))
    }
    #expect(InsecureRegistries(daemon: daemon).problems == daemon.invalidEntries)
  }

  @Test func oneBrokenFileDoesNotHideTheOthers() throws {
    let directory = try TemporaryDirectory([
      "etc/docker/daemon.json": #"{"insecure-registries":"a"}"#,
      "home/.docker/daemon.json": #"{"insecure-registries":["c"]}"#,
    ])
    let daemon = DaemonConfig(directory.paths)
    #expect(daemon.insecureRegistries.map(\.text) == ["c"])
    #expect(daemon.problems.map(\.path) == ["\(directory.path)/etc/docker/daemon.json"])
  }
}
