import DockerConfig
import Testing

@Suite struct BooleanTextTests {
  @Test(arguments: ["1", "t", "T", "TRUE", "true", "True"])
  func isTrue(text: String) { #expect(booleanValue(text) == true) }

  @Test(arguments: ["0", "f", "F", "FALSE", "false", "False"])
  func isFalse(text: String) { #expect(booleanValue(text) == false) }

  @Test(arguments: ["", "2", "yes", "on", "tRUE", " true"])
  func isNeither(text: String) { #expect(booleanValue(text) == nil) }
}
