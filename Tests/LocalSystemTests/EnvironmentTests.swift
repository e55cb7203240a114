import LocalSystem
import Testing

@Suite struct EnvironmentTests {
  @Test func anEmptyVariableIsNotSet() {
    let environment: Environment = ["EMPTY": "", "SET": "x"]
    #expect(environment["EMPTY"] == nil)
    #expect(environment["ABSENT"] == nil)
    #expect(environment["SET"] == "x")
  }

  @Test func theEnvironmentOfThisProcessHasAPath() {
    #expect(Environment.ofThisProcess["PATH"]?.contains("/") == true)
  }
}
