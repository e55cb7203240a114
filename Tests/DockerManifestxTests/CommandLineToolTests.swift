import Testing

@testable import docker_manifestx

@Suite struct CommandLineToolTests {
  @Test(arguments: ["--help", "-h"])
  func nothingIsAHelpFlagAfterTwoDashes(flag: String) async throws {
    let (output, error) = (try Pipe(), try Pipe())
    let tool = CommandLineTool(
      arguments: ["hooks", "status", "--", flag],
      environment: [:],
      console: Console(Terminal(output: output.writeEnd, error: error.writeEnd))
    )
    #expect(await tool.run() == 125)
    #expect(output.contents() == "")
    #expect(error.contents().hasPrefix("'docker-manifestx hooks' requires 1 argument\n"))
  }
}
