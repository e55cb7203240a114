import Glibc
import LocalSystem
import Testing

@Suite struct EnvironmentTests {
  @Test func anEmptyVariableIsNotSet() {
    let environment: Environment = ["EMPTY": "", "SET": "x"]
    #expect(environment["EMPTY"] == nil)
    #expect(environment["ABSENT"] == nil)
    #expect(environment["SET"] == "x")
  }

  @Test func aCombiningCharacterHidesNoVariable() {
    #expect(setenv("MANIFESTX_TEST_VARIABLE", "\u{301}x", 1) == 0)
    #expect(Environment.ofThisProcess["MANIFESTX_TEST_VARIABLE"] == "\u{301}x")
  }

  @Test func theEnvironmentOfThisProcessHasAPath() {
    #expect(Environment.ofThisProcess["PATH"]?.contains("/") == true)
  }
}
