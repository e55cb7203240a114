import ManifestLists
import OCI
import Testing

@testable import docker_manifestx

@Suite struct ErrorTextTests {
  struct Failure: Advised, CustomStringConvertible {
    let description: String
    var advice: String?
  }

  @Test func errorComesFirstAndFurtherLinesAreIndented() {
    let error = Failure(description: "it failed\nfor this reason", advice: "Do this.\nOr that.")
    #expect(ErrorText(error).text == "ERROR: it failed\n  for this reason\n  Do this.\n  Or that.")
    #expect(ErrorText(Failure(description: "it failed")).text == "ERROR: it failed")
  }

  @Test func eachOfSeveralErrorsHasItsOwnLine() {
    let errors = [Failure(description: "one", advice: "Do this."), Failure(description: "two")]
    #expect(ErrorText(PublishError.several(errors)).text == "ERROR: one\n  Do this.\nERROR: two")
  }

  @Test func sameErrorIsPrintedOnce() {
    let errors = [Failure(description: "one"), Failure(description: "two"), Failure(description: "one")]
    let nested: [any Error] = [PublishError.several(errors), Failure(description: "two")]
    #expect(ErrorText(PublishError.several(nested)).text == "ERROR: one\nERROR: two")
  }

  @Test func whatWasPublishedNeverthelessComesLast() throws {
    let name = try Reference(parsing: "example.com/a:v1")
    let error = PublishError.partlyPut([name], [Failure(description: "one")])
    #expect(ErrorText(error).text == "ERROR: one\nThe list was published as example.com/a:v1 anyway.")
    #expect(ErrorText(PublishError.partlyPut([], [Failure(description: "one")])).text == "ERROR: one")
  }
}
