import LocalSystem
import OCI
import TestSupport
import Testing

@testable import ManifestLists
@testable import docker_manifestx

/// What a spec file says, and what is wrong with one.
@Suite struct ListSpecTests {
  private func lists(
    _ texts: [String],
    name: String = "spec.yaml",
    _ environment: Environment = ["TAG": "v1", "EMPTY": ""],
    set: [String] = [],
    keepTags: String? = nil
  ) throws -> [ListSpec] {
    let names = texts.indices.map { "\($0)\(name)" }
    let directory = try TemporaryDirectory(Dictionary(uniqueKeysWithValues: zip(names, texts)))
    var options = SpecOptions()
    options.files = names.map { "\(directory.path)/\($0)" }
    options.assignments = set
    return try options.lists(environment) { request in
      request.keptTags = try keepTags.map { try TagTemplate(parsing: $0, list: request.names[0].tag) }
    }
  }

  private func lists(_ text: String, set: [String] = []) throws -> [ListSpec] { try lists([text], set: set) }

  /// The errors, with the names of files alone.
  private func errors(_ texts: [String], name: String = "spec.yaml", keepTags: String? = nil) -> [String] {
    do {
      _ = try lists(texts, name: name, keepTags: keepTags)
      return []
    } catch let error as SpecErrors {
      return error.errors.map { error in
        let directory = error.place.file.dropLast("0\(name)".count)
        return "\(error)".replacing(directory, with: "")
      }
    } catch { return ["\(error)"] }
  }

  /// The first error in one file, from the line on.
  private func error(_ text: String, set: [String] = []) -> String {
    do {
      _ = try lists(text, set: set)
      return ""
    } catch let error as SpecErrors {
      return error.errors.first.map { "\($0.place.line): \("\($0)".dropFirst("\($0.place): ".count))" } ?? ""
    } catch { return "\(error)" }
  }

  /// As in manifest-tool's own documentation.
  @Test func theFormatOfManifestTool() throws {
    let lists = try lists(
      """
      image: r.example/some/image:latest
      tags: ["1.0.0", 1.10, "1"]
      annotations:
        org.opencontainers.image.title: My Title
        version: 1.10
      manifests:
        -
          image: r.example/some/image:a64
          platform:
            architecture: arm64
            os: linux
            variant: v8
        -
          image: r.example/other/image:win
          platform:
            architecture: amd64
            os: windows
            osversion: 10.0.20348.2113
            osfeatures: [win32k]
            features: [sse4]
        - image: r.example/some/image:any
        - image: r.example/some/image:old
          platform: {variant: v6, osversion: 10.0.20348.1}
        - image: r.example/some/image:i386
          platform: {architecture: 386, os: linux}
      """
    )
    let request = try #require(lists.first).request
    #expect(lists.count == 1 && lists[0].place.line == 1)
    #expect(request.names.map(\.tag?.text) == ["latest", "1.0.0", "1.10", "1"])
    #expect(request.additions.annotations.map(\.value) == ["My Title", "1.10"])
    #expect(request.sources.map { "\($0)" }.last == "r.example/some/image:i386")
    #expect(
      request.sources.map { $0.platform.map { "\($0)" } } == ["linux/arm64/v8", "windows/amd64", nil, nil, "linux/386"]
    )
    #expect(request.sources[1].platform?.osVersion == "10.0.20348.2113")
    #expect(request.sources[1].platform?.osFeatures == ["win32k"])
    #expect(request.sources[3].platformParts.variant == "v6")
    #expect(request.sources[3].platformParts.osVersion == "10.0.20348.1")
  }

  @Test func whatWeAdd() throws {
    let lists = try lists(
      """
      lists:
        - image: ${REPO}:${TAG}
          tags: stable
          media-type: oci
          expect: linux/arm64,linux/arm/v7
          annotations: {price: "$5 $$5 $${TAG} ${EMPTY}"}
          manifests:
            - v1-arm64
            - image: other
              platform: linux/arm/v7
            - v2-*
        - {image: "oci-layout:///tmp/x:v1", manifests: [{image: ":a", platform: {os: windows, architecture: amd64, os.version: 10.0.1.2, os.features: [a]}}]}
      ---
      - image: r.example/b:v1
        manifests: [v1-arm64]
      """,
      set: ["REPO=r.example/a", "EMPTY=", "TAG=v2"]
    )
    let request = try #require(lists.first).request
    #expect(lists.map { "\($0.request.names[0])" } == ["r.example/a:v2", "oci-layout:///tmp/x:v1", "r.example/b:v1"])
    #expect(lists.map(\.place.line) == [2, 12, 14])
    #expect(request.names.map(\.tag?.text) == ["v2", "stable"])
    #expect(request.form == .oci)
    #expect(request.expectedPlatforms.map { "\($0)" } == ["linux/arm64", "linux/arm/v7"])
    #expect(request.additions.annotations.map(\.value) == ["$5 $5 ${TAG} "])
    #expect(request.sources.map { "\($0)" } == ["r.example/a:v1-arm64", "r.example/a:other"])
    #expect(request.sources.map { $0.platform.map { "\($0)" } } == [nil, "linux/arm/v7"])
    #expect(request.patterns.map(\.position) == [2])
    #expect(lists[1].request.sources[0].platform?.osVersion == "10.0.1.2")
  }

  /// The first line of each is `image: r.example/a:v1`.
  private static let wrong: [(text: String, error: String)] = [
    ("tgas: [b]", "2: the key “tgas” is not known. Did you mean “tags”?"),
    ("x-y: [b]", "2: the key “x-y” is not known. The keys are image, tags, annotations, manifests, expect, media-type"),
    ("tags: {a: b}", "2: there must be a sequence here, but this is a mapping"),
    ("tags:\n- a\n- [b]", "4: there must be a text here, but this is a sequence"),
    ("manifests:\n-", "3: the key “image” is missing"),
    ("tags: [a b]", "2: invalid reference “a b”"), ("tags: ['b@sha256:1']", "2: "),
    ("manifests:", "1: the list has no images"), ("manifests: []", "2: the list has no images"),
    ("manifests: a", "2: there must be a sequence here, but this is a text"),
    ("manifests:\n- image: a\n  platfrom: b", "4: the key “platfrom” is not known. Did you mean “platform”?"),
    ("manifests:\n- platform: b", "3: the key “image” is missing"),
    ("manifests:\n- image: a\n  platform:\n    os: linux", "5: the key “architecture” is missing"),
    (
      "manifests:\n- image: a\n  platform: {architecture: arm, os: linux, variant: v9}",
      "4: “linux/arm/v9” is not a platform"
    ),
    (
      "manifests:\n- image: a\n  platform:\n    architecture: arm\n    os: linux\n    osversion: 10.0.1",
      "7: “linux/arm:10.0.1” is not a platform: only windows has a version"
    ),
    (
      "manifests:\n- image: a\n  platform:\n    variant: v6\n    osversion: 1",
      "6: “1” is not a version of Windows (such as 10.0.20348.2113)"
    ),
    (
      "manifests:\n- image: a\n  platform:\n    osversion: 10.0.1\n    os.version: 10.0.1",
      "6: “os.version” and “osversion”"
    ),
    ("manifests:\n- image: 'v1-*'\n  platform: linux/arm", "4: v1-* stands for several images"),
    ("manifests:\n- r.example/a:v1", "3: r.example/a:v1 is the name of one of the images"),
    ("manifests: ['a/B:C:D']", "2: invalid reference “a/B:C:D”"),
    ("manifests: ['${NOT_SET}']", "2: the variable NOT_SET is not set"),
    ("manifests: ['${EMPTY}']", "2: the variable EMPTY is not set"),
    ("manifests: ['${A:-b}']", "2: “${” must be followed by"), ("manifests: ['${A']", "2: “${” must be followed by"),
    ("manifests: [a]\nmedia-type: dockr", "3: “dockr” is not one of auto, oci, docker. Did you mean “docker”?"),
    ("manifests: [a]\nmedia-type: docker\nannotations: {a: b}", "3: a docker manifest list cannot have annotations"),
    ("manifests: [a]\nannotations:\n  a b: c", "4: “a b” is not a key"),
    ("manifests: [a]\nexpect: linux/amd65", "3: “linux/amd65” is not a platform"),
    ("manifests: [a]\nmanifests: [b]", "3: the key “manifests” is there twice"),
    ("\tmanifests: [a]", "2: the line is indented with a tab: use spaces"),
    ("manifests: [a]\n---\nlists: []\nimage: b", "5: the key “image” is not known. The keys are lists"),
    ("manifests: [a]\n---\njust text", "4: there must be a mapping here, but this is a text"),
  ]

  @Test(arguments: wrong.indices)
  func isAnErrorWithItsLine(_ index: Int) {
    let (text, message) = Self.wrong[index]
    let found = error("image: r.example/a:v1\n\(text)")
    #expect(found.hasPrefix(message), "\(found)")
  }

  /// A short file could fill the memory with a long value.
  @Test func eachValueOfAVariableCountsAsOftenAsItIsUsed() {
    let annotations = (0..<5).map { "  a\($0): ${LARGE}" }
    func found(_ uses: Int) -> String {
      let lines = ["image: r.example/a:v1", "manifests: [x]", "annotations:"] + annotations.prefix(uses)
      return error(lines.joined(separator: "\n"), set: ["LARGE=" + String(repeating: "x", count: 1 << 20)])
    }
    #expect(found(4) == "")
    #expect(found(5) == "8: the values of the variables used have more than 4 MiB together")
  }

  @Test func aFileWithoutLists() {
    for text in ["", "---\n", "[]", "lists:"] { #expect(error(text) == "1: the file contains no list") }
    #expect(error("tags: [a]") == "1: the key “image” is missing")
    #expect(error("image: a@sha256:\(String(repeating: "0", count: 64))\nmanifests: [a]").contains("has a digest"))
  }

  static let keptTags = [
    ("{tag}-{arch}", "r.example/a:v2", nil), ("keep-{arch}", "r.example/b:v2", nil),
    ("keep-{arch}", "r.example/a:v2", "r.example/a:keep-arm"),
    ("{tag}-{arch}", "r.example/a:v1-arm", "r.example/a:v1-arm"),
  ]

  @Test(arguments: keptTags)
  func imagesOfTwoListsMustNotGetOneTag(template: String, other: String, same: String?) {
    let texts = ["r.example/a:v1", other].map { "image: '\($0)'\nmanifests: [x-armv7]" }
    let found = errors(texts, keepTags: template)
    let (place, owner) = other.hasSuffix("arm") ? ("0spec.yaml:1", "1spec.yaml:1") : ("1spec.yaml:1", "0spec.yaml:1")
    let message = same.map {
      "\(place): --keep-tags makes tags such as \($0), which the list in \(owner) uses, too"
    }
    #expect(found == message.map { [$0] } ?? [])
  }

  @Test func listsMustNotDependOnEachOther() {
    let one = "image: r.example/a:v1\ntags: [v1.1]\nmanifests: [a]\n"
    let other = "image: r.example/b:v1\nmanifests: [a]\n---\nimage: r.example/a:v2\ntags:\n- v1.1\nmanifests: [a]"
    #expect(errors([one, other]) == ["1spec.yaml:6: r.example/a:v1.1 is also a name of the list in 0spec.yaml:2"])
    #expect(
      errors([one + "---\nimage: r.example/a:v2\nmanifests: [b, v1]"])
        == ["0spec.yaml:6: the image r.example/a:v1 is the list in 0spec.yaml:1, which is published at the same time"]
    )
    let same = [
      ("r.example/a:v1", "R.example/a:v1"), ("r.example/a:v1", "r.example:443/a:v1"),
      ("oci-layout:///tmp/no-such/x:v1", "oci:/tmp/./no-such/../no-such/x:v1"),
    ]
    for (name, other) in same {
      let texts = [name, other].map { "image: '\($0)'\nmanifests: [r.example/b:x]" }
      #expect(errors(texts) == ["1spec.yaml:1: \(other) is also a name of the list in 0spec.yaml:1"])
      let image = error("image: '\(name)'\nmanifests: ['\(other)']")
      #expect(image.hasPrefix("2: \(other) is the name of one of the images"), "\(image)")
    }
    let inLayouts = [
      ("oci-archive:/x.tar:v1", "/x.tar"), ("oci:/x:v1", "oci-layout:///x"),
      ("oci:/x:docker.io/library/app:v1", "oci:/x:v1"),
    ]
    for (name, image) in inLayouts {
      let texts = [(name, "r.example/b:x"), ("r.example/a:v1", image)].map { "image: '\($0)'\nmanifests: ['\($1)']" }
      #expect(
        errors(texts)
          == ["1spec.yaml:2: the image \(image) may be the list in 0spec.yaml:1, which is published at the same time"]
      )
    }
    let archives = "ab".map { "- {image: 'oci-archive:x.tar:\($0)', manifests: [r.example/a]}" }
    #expect(
      errors([archives.joined(separator: "\n")])
        == ["0spec.yaml:2: oci-archive:x.tar is written as a whole, and the list in 0spec.yaml:1 is written to it, too"]
    )
  }

  /// Whatever is in the registry already. A name that is no image of the pattern is no error.
  @Test func aPatternMustNotStandForAnotherList() {
    let named = "image: r.example/a:v1\ntags: [v1-s390x]\nmanifests: [x]\n---\n"
    let lists = [
      ("R.example:443/a:v1-notes", "v1-*", "R.example:443/a:v1-s390x"), ("r.example/a:v2", "v1-arm*", nil),
      ("r.example/a:v2", "v1-*", "r.example/a:v1-s390x"),
      ("r.example/b:v2", "r.example/a:*-s390x", "r.example/a:v1-s390x"),
      ("r.example/b:v2", "v1-*", nil), ("r.example/a:v2", "v?", nil),
    ]
    for (name, pattern, found) in lists {
      let message = found.map { _ in
        "0spec.yaml:7: \(pattern.split(separator: ":").last ?? "") stands for r.example/a:v1-s390x, too, "
          + "which is the list in 0spec.yaml:2 and is published at the same time"
      }
      #expect(errors(["\(named)image: \(name)\nmanifests:\n- '\(pattern)'"]) == (message.map { [$0] } ?? []))
    }
    #expect(errors(["image: r.example/a:v1\ntags: [v1-s390x]\nmanifests: ['v1-*']"]) == [])
  }

  @Test func everyErrorIsReported() {
    let good = (0..<500).map { "- {image: 'r.example/a:\($0)', manifests: [a]}" }
    let bad = good.enumerated().map { $0 % 250 == 249 ? $1.replacing("image", with: "imgae") : $1 }
    #expect(
      errors([bad.joined(separator: "\n")]).map { $0.prefix { $0 != " " } } == ["0spec.yaml:250:", "0spec.yaml:500:"]
    )
  }

  @Test func jsonHasLinesToo() throws {
    let json = "{\"image\": \"r.example/a:${TAG}\",\n\"tags\": [1.10],\n\"manifests\": [\"a\"]}"
    #expect(try lists([json], name: "spec.json")[0].request.names.map(\.tag?.text) == ["v1", "1.10"])
    #expect(
      errors([json.replacing("tags", with: "tag")], name: "spec.json")[0].hasPrefix("0spec.json:2: the key “tag”")
    )
    #expect(errors(["{image: a}"], name: "spec.json") == ["0spec.json:1: there should be a key in quotation marks"])
    #expect(error("{image: r.example/a, manifests: [a], tag: b}").hasPrefix("1: the key “tag”"))
  }
}
