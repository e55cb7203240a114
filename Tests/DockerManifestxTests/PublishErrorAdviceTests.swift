import OCI
import OCIRegistry
import Testing

@testable import ManifestLists
@testable import docker_manifestx

/// Every remedy that has flags or commands in it is said here, and not in the errors themselves.
@Suite struct PublishErrorAdviceTests {
  private static func source(_ tag: String) throws -> Source {
    Source(tag, try Reference(parsing: "r.example/a:\(tag)"), reading: .tag)
  }

  private static func entry(_ tag: String) throws -> ListEntry {
    let source = try source(tag)
    let digest = try Digest(of: Array(tag.utf8))
    let descriptor = Descriptor(mediaType: .ociManifest, size: 1, digest: digest)
    return ListEntry(source: source, place: source.place, descriptor: descriptor, origin: .tag)
  }

  private static func matched(_ tag: String, by pattern: TagPattern) throws -> ListEntry {
    let source = Source(tag, try Reference(parsing: "r.example/a:\(tag)"), reading: .pattern(pattern))
    return ListEntry(source: source, place: source.place, descriptor: try entry(tag).descriptor, origin: .tag)
  }

  private static func cases() throws -> [(error: PublishError, advice: [String])] {
    let (source, entry) = (try source("v1"), try entry("v1"))
    var pushed = source
    pushed.push = .done
    var pushable = source
    pushable.push = .possible
    let (arm, amd) = (try Platform(parsing: "linux/arm64"), try Platform(parsing: "linux/amd64"))
    var stated = entry.descriptor
    stated.platform = arm
    let reference = try Reference(parsing: "r.example/a:list")
    let list = Place.registry(reference)
    let missing = RegistryError.notFound(try Reference(parsing: "r.example/a:v1"), [])
    let pattern = try #require(try TagPattern(parsing: "v*", in: reference.repository))
    return [
      (.noPlatform(source), ["--platform v1=OS/ARCH"]),
      (
        .platformsDiffer(source, tag: arm, config: amd),
        ["--platform v1=linux/amd64 ", "--platform-from config", "--platform v1=linux/arm64"]
      ),
      (
        .unknownPlatform(source, try #require(try Platform(parsing: "linux/amd65").unknownWord)),
        ["--platform v1=OS/ARCH"]
      ),
      (.sameSource(source), ["Name each image once"]),
      (.samePlatform(arm, entry, entry), ["Name each image once"]),
      (.samePlatform(arm, entry, try Self.entry("v2")), ["Leave one out", "--platform IMAGE=OS/ARCH"]),
      (.samePlatform(arm, entry, try Self.matched("v2", by: pattern)), ["not v*", "name the images"]),
      (.noMatch(pattern, others: [], nearest: [.latest]), ["Some tags of this repository: latest"]),
      (.noMatch(pattern, others: [.latest, try Tag(parsing: "v2")], nearest: []), ["latest v2"]),
      (
        .noMatch(pattern, others: try (1...12).map { try Tag(parsing: "v\($0)") }, nearest: []),
        ["images themselves: v1 v2", " v10 (and 2 more)"]
      ),
      (.missing(source, missing, nearest: []), ["tag of r.example/a", "docker push r.example/a:v1"]),
      (.missing(pushable, missing, nearest: []), ["docker push r.example/a:v1 (or add --push)"]),
      (.missing(pushed, missing, nearest: []), ["The engine has pushed it, so its settings may send"]),
      (
        .missing(source, missing, nearest: [.latest, try Tag(parsing: "v2")]),
        ["Similar tags in this repository: latest, v2"]
      ),
      (.badChild(source, stated, missing), ["push r.example/a:v1 again", "--platform-filter OS/ARCH"]),
      (.badChild(source, entry.descriptor, missing), ["name each by its digest", "inspect r.example/a:v1"]),
      (.childDiffers(source, tag: arm, child: amd), ["--platform-from config", "--platform-filter", "linux/amd64"]),
      (.severalImages(source, [arm, amd]), ["digest", "inspect r.example/a:v1"]),
      (.noImages(source), ["inspect r.example/a:v1"]),
      (.notSelected([arm]), ["--platform-filter"]),
      (.unexpectedPlatforms(missing: [arm], others: [amd]), ["Nothing was published", "--expect"]),
      (.notRunnable(source, .noPlatform), ["--platform v1=OS/ARCH"]),
      (.listNamesOther(list, arm, isFirst: true), ["comes first: r.example/a:TAG IMAGE...", "--platform-from config"]),
      (.listNamesOther(list, arm, isFirst: false), ["--tag TAG", "--platform-from config"]),
      (.nameIsImage(list, nil, arm, isOverridable: true), ["another tag", "--platform-from config"]),
      (
        .listIsImage(source, source.place),
        ["leave out the image r.example/a:v1", "LIST comes first: r.example/a:TAG IMAGE..."]
      ),
      (.keptTagIsName(list, entry), ["--keep-tags"]),
      (.keptTagIsImage(list, entry), ["--keep-tags"]),
      (.badKeptTag(entry, TagTemplateError(template: "{", reason: .brace)), ["--keep-tags with {tag}"]),
      (.sameKeptTag(.latest, entry, entry), ["--keep-tags", "{variant}"]),
      (.notDocker(entry), ["--media-type docker"]),
      (.indexNotDocker(source), ["--media-type docker"]),
      (.notAnnotated([arm]), ["--annotation"]),
      (.badLabels(source, .json(.missing(path: "os"))), ["--annotations-from-labels"]),
      (.badConfig(source, .json(.missing(path: "os"))), ["--platform v1=OS/ARCH"]),
    ]
  }

  @Test func theAdviceNamesTheWayOutAndTheErrorNoFlag() throws {
    for (error, advice) in try Self.cases() {
      for words in advice { #expect(error.advice?.contains(words) == true, "\(error): \(words)") }
      #expect(!error.description.contains("--"), "\(error)")
    }
  }

  /// The list in a file is published as it is.
  @Test func noOptionChangesAListThatIsGiven() throws {
    let place = Place.registry(try Reference(parsing: "r.example/a:v1"))
    let list = Source("the list", place, reading: .document)
    let entry = try Self.entry("v1").descriptor
    let (missing, differs) = (
      RegistryError.notFound(try Reference(parsing: "r.example/a@\(entry.digest)"), []),
      ManifestError.differs(member: "size", said: "1", found: "2")
    )
    let inList = ListEntry(source: list, place: place, descriptor: entry, origin: .index)
    let correct = "Correct the list, or make it anew: docker manifestx publish --dry-run LIST IMAGE..."
    let cases: [(PublishError, String)] = [
      (
        .badChild(list, entry, missing),
        "Push the image to r.example/a first: the images of a list are where the list is"
      ),
      (.badChild(list, entry, differs), correct), (.noPlatform(list), correct), (.noImages(list), correct),
      (.tooDeep(list, limit: 8), correct), (.notRunnable(list, .noPlatform), correct),
      (.samePlatform(try Platform(parsing: "linux/arm64"), inList, inList), correct),
      (.badConfig(list, differs), correct),
      (
        .badChild(list, entry, RegistryError.unexpected(status: 405, what: "u", [])),
        "Check whether this registry is read-only"
      ),
    ]
    for (error, advice) in cases { #expect(error.advice == advice, "\(error)") }
  }

  @Test func whatCannotBeReadNeedsNoNewImage() throws {
    let busy = RegistryError.unexpected(status: 500, what: "u", [])
    #expect(PublishError.badChild(try Self.source("v1"), try Self.entry("v1").descriptor, busy).advice == nil)
  }

  @Test func annotateHasNoOptionForPlatforms() throws {
    let list = Source("l", try Reference(parsing: "r.example/a:v1"), reading: .list)
    let entries = try ["x", "y"].map { tag in
      let digest = try Digest(of: Array(tag.utf8))
      let descriptor = Descriptor(mediaType: .ociManifest, size: 1, digest: digest)
      return ListEntry(source: list, place: list.place.manifest(digest), descriptor: descriptor, origin: .index)
    }
    let error = PublishError.samePlatform(try Platform(parsing: "linux/arm64"), entries[0], entries[1])
    #expect(error.advice == "Remove one of them from the list first: docker manifestx remove r.example/a:v1 @DIGEST")
  }

  /// A list is published, and not pushed.
  @Test func aMissingNameToInspectIsNotToBePushed() throws {
    let reference = try Reference(parsing: "r.example/a:v1")
    let missing = RegistryError.notFound(reference, [])
    #expect(InspectError.missing(missing, RepositoryTags()).advice == nil)
    let tags = RepositoryTags(repositoryExists: true, similar: [try Tag(parsing: "v1.0")])
    let nearest = InspectError.missing(missing, tags)
    #expect(nearest.description == "\(missing)")
    #expect(nearest.advice == "Similar tags in this repository: v1.0")
    let noneNear = InspectError.missing(missing, RepositoryTags(repositoryExists: true))
    #expect(noneNear.advice == "The repository exists, and has no similar tag")
    let nothing = InspectError.missing(missing, RepositoryTags(repositoryExists: false))
    #expect("\(nothing)" == "\(missing), which has no repository r.example/a")
  }
}
