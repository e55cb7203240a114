import DockerConfig
import LocalSystem
import Testing

@Suite struct DockerPathsTests {
  static let directories: [(option: String?, variable: String?, directory: String)] = [
    (nil, nil, "/home/me/.docker"),
    (nil, "", "/home/me/.docker"),
    (nil, "/d", "/d"),
    ("/c", "/d", "/c"),
  ]

  @Test(arguments: directories)
  func findsTheConfigDirectory(option: String?, variable: String?, directory: String) {
    let environment: Environment = variable.map { ["DOCKER_CONFIG": $0] } ?? [:]
    let paths = DockerPaths(environment: environment, home: "/home/me", configDirectory: option)
    #expect(paths.configDirectory == directory)
  }
}
