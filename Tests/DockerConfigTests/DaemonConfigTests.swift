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
