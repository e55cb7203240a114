import OCI
import Synchronization
import Testing

@testable import ManifestLists
@testable import docker_manifestx

@Suite struct PublishedNamesTests {
  private static let unanswered = "The registry has not confirmed that the list was published as"

  private func check(_ events: [ListEvent], _ text: String) {
    let names = PublishedNames()
    names.begin()
    events.forEach(names.note)
    #expect(names.end() == text)
  }

  @Test func saysWhatWasPublished() throws {
    let (first, second) = (try place("v1"), try place("v2"))
    let unanswered = Self.unanswered
    check([.putting(first), .putting(second)], "\(unanswered) a.example/b:v1, a.example/b:v2.\n")
    check(
      [.putting(first), .putting(second), .accepted(second)],
      "The list was published as a.example/b:v2.\n\(unanswered) a.example/b:v1.\n"
    )
    check(
      [.putting(first), .putting(second), .put(second), .put(first)],
      "The list was published as a.example/b:v2, a.example/b:v1.\n"
    )
    // Again, because its images have changed.
    check(
      [.putting(first), .put(first), .alreadyThere(second), .putting(first)],
      "The list was published as a.example/b:v2.\n\(unanswered) a.example/b:v1.\n"
    )
    check([.putting(first), .put(first), .putting(first), .put(first)], "The list was published as a.example/b:v1.\n")
  }

  @Test func saysThatNothingWasPublishedWhereThatWasTheCommand() {
    let names = PublishedNames()
    #expect(names.end() == "")
    names.begin()
    #expect(names.end() == "Nothing was published.\n")
  }

  @Test func namesTheTagsOfImages() throws {
    let (names, first, second) = (PublishedNames(), try keptTag("v1-arm64"), try keptTag("v1-amd64"))
    names.begin()
    names.note(.tagging(first))
    names.note(.tagging(second))
    names.note(.tagged(second))
    #expect(
      names.end() == """
        The list was not published.
        Images were tagged a.example/b:v1-amd64.
        The registry has not confirmed that images were tagged a.example/b:v1-arm64.

        """
    )
  }

  /// The signal comes between the last read and the PUT, or before the answer to the PUT is known.
  @Test func nothingGoesOnAfterTheMessage() throws {
    let (first, second, kept) = (try place("v1"), try place("v2"), try keptTag("v1-arm64"))
    let waits = Atomic(0)
    let names = PublishedNames { waits.add(1, ordering: .relaxed) }
    names.begin()
    names.note(.putting(first))
    let text = names.end()
    #expect(text == "\(Self.unanswered) a.example/b:v1.\n")
    let later: [ListEvent] = [
      .accepted(first), .put(first), .putting(second), .alreadyThere(second), .tagging(kept),
      .tagged(kept),
    ]
    for (number, event) in later.enumerated() {
      #expect(waits.load(ordering: .relaxed) == number)
      names.note(event)
    }
    #expect(waits.load(ordering: .relaxed) == later.count)
    #expect(names.end() == text)
  }

  private func place(_ tag: String) throws -> Place { .registry(try Reference(parsing: "a.example/b:\(tag)")) }

  private func keptTag(_ tag: String) throws -> KeptTag {
    let source = Source("build-7", try Reference(parsing: "a.example/b:build-7"), reading: .tag)
    let manifest = Descriptor(mediaType: .ociManifest, size: 2, digest: try Digest(of: Array("{}".utf8)))
    let entry = ListEntry(source: source, place: source.place, descriptor: manifest, origin: .config)
    return KeptTag(name: try place(tag), entry: entry)
  }
}
