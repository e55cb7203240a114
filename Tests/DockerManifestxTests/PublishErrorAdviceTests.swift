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
    let (arm, amd) = (try Platform(parsing: "linux/arm64"), try Platform(parsing: "linux/amd64"))
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
      (.samePlatform(arm, entry, entry), ["Leave one out"]),
      (.samePlatform(arm, entry, try Self.entry("v2")), ["Leave one out", "--platform IMAGE=OS/ARCH"]),
      (.samePlatform(arm, entry, try Self.matched("v2", by: pattern)), ["not v*", "name the images"]),
      (.noMatch(pattern, others: [], nearest: [.latest]), ["Similar tags in this repository: latest"]),
      (.noMatch(pattern, others: [.latest, try Tag(parsing: "v2")], nearest: []), ["latest v2"]),
      (.missing(source, missing, nearest: []), ["tag of r.example/a", "docker push r.example/a:v1 (or add --push)"]),
      (
        .missing(source, missing, nearest: [.latest, try Tag(parsing: "v2")]),
        ["Similar tags in this repository: latest, v2"]
      ),
      (.badChild(source, entry.descriptor, missing), ["push r.example/a:v1 again", "--platform-filter OS/ARCH"]),
      (.childDiffers(source, tag: arm, child: amd), ["--platform-from config", "--platform-filter", "linux/amd64"]),
      (.severalImages(source, [arm, amd]), ["digest", "inspect r.example/a:v1"]),
      (.noImages(source), ["inspect r.example/a:v1"]),
      (.notSelected([arm]), ["--platform-filter"]),
      (.unexpectedPlatforms(missing: [arm], others: [amd]), ["Nothing was published", "--expect"]),
      (.notRunnable(source, config: nil), ["--platform v1=OS/ARCH"]),
      (.listNamesOther(list, arm, isFirst: true), ["publish r.example/a:TAG IMAGE...", "--platform-from config"]),
      (.listNamesOther(list, arm, isFirst: false), ["--tag TAG", "--platform-from config"]),
      (.nameIsImage(list, nil, arm), ["another tag", "--platform-from config"]),
      (.listIsImage(source, list), ["publish r.example/a:TAG IMAGE..."]),
      (.keptTagIsName(list, entry), ["--keep-tags"]),
      (.keptTagIsImage(list, entry), ["--keep-tags"]),
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

  /// A list is published, and not pushed.
  @Test func aMissingNameToInspectIsNotToBePushed() throws {
    let reference = try Reference(parsing: "r.example/a:v1")
    let missing = RegistryError.notFound(reference, [])
    #expect(InspectError.missing(missing, nearest: []).advice == nil)
    let nearest = InspectError.missing(missing, nearest: [try Tag(parsing: "v1.0")])
    #expect(nearest.description == "\(missing)")
    #expect(nearest.advice == "Similar tags in this repository: v1.0")
  }
}
