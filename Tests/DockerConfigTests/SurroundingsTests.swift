import DockerConfig
import LocalSystem
import Testing

@Suite struct SurroundingsTests {
  static let directories: [(option: String?, variable: String?, directory: String)] = [
    (nil, nil, "/home/me/.docker"),
    (nil, "", "/home/me/.docker"),
    (nil, "/d", "/d"),
    ("/c", "/d", "/c"),
  ]

  @Test(arguments: directories)
  func findsTheConfigDirectory(option: String?, variable: String?, directory: String) {
    let environment: Environment = variable.map { ["DOCKER_CONFIG": $0] } ?? [:]
    let surroundings = Surroundings(environment: environment, home: "/home/me", configDirectory: option)
    #expect(surroundings.configDirectory == directory)
  }
}
