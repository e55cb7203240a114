import ManifestLists
import OCI
import Testing

@testable import docker_manifestx

@Suite struct PublishedNamesTests {
  @Test func saysWhatWasPublished() throws {
    let names = PublishedNames()
    #expect(names.text == "")
    names.begin()
    #expect(names.text == "Nothing was published.\n")
    let first = Place.registry(try Reference(parsing: "a.example/b:v1"))
    let second = Place.registry(try Reference(parsing: "a.example/b:v2"))
    names.putting(first)
    names.putting(second)
    let unanswered = "The registry has not confirmed that the list was published as"
    #expect(names.text == "\(unanswered) a.example/b:v1, a.example/b:v2.\n")
    names.put(second)
    #expect(names.text == "The list was published as a.example/b:v2.\n\(unanswered) a.example/b:v1.\n")
    names.put(first)
    #expect(names.text == "The list was published as a.example/b:v2, a.example/b:v1.\n")
    // Again, because its images have changed.
    names.putting(first)
    #expect(names.text == "The list was published as a.example/b:v2.\n\(unanswered) a.example/b:v1.\n")
    names.put(first)
    names.put(second)
    #expect(names.text == "The list was published as a.example/b:v1, a.example/b:v2.\n")
  }
}
