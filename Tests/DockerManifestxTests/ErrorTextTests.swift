import HTTP
import ManifestLists
import OCI
import OCILayout
import OCIRegistry
import Testing

@testable import docker_manifestx

@Suite struct ErrorTextTests {
  struct Failure: Advised, CustomStringConvertible {
    let description: String
    var advice: String?
    var unusableSources: [any Error] = []
  }

  @Test func errorComesFirstAndFurtherLinesAreIndented() {
    let error = Failure(description: "it failed\n::warning::forged", advice: "Do this.\nOr that.")
    // CI systems also read commands that are indented.
    #expect(ErrorText(error).text == "ERROR: it failed\\u{A}::warning::forged\n  Do this.\n  Or that.")
    #expect(ErrorText(Failure(description: "it failed")).text == "ERROR: it failed")
  }

  @Test func whatCouldNotBeUsedIsBetweenTheErrorAndTheAdvice() throws {
    let unusable = UnusableCertificates.damaged(1, place: "/a\n.crt")
    let error = Failure(description: "it failed", advice: "Do this.", unusableSources: [unusable])
    let line = "  These settings or credentials could not be used: "
    let problem = "cannot use 1 of the certificates in /a\\u{A}.crt: it is incomplete or damaged"
    #expect(ErrorText(error).text == "ERROR: it failed\n\(line)\(problem)\n  Do this.")
    let untrusted = TransportError.untrusted(host: "r.example", .expired, unusable: [unusable])
    let ofTokenServer = RegistryError.tokenServer(
      untrusted,
      registry: "r.example",
      isInsecure: true,
      unusable: [unusable]
    )
    let lines = ErrorText(ofTokenServer).text.split(separator: "\n").dropFirst()
    let diagnosis: Substring = "  To check each step of the connection: docker manifestx doctor r.example"
    #expect(Array(lines) == ["\(line)\(problem)", diagnosis])
    let list = try Reference(parsing: "r.example/a:v1")
    let digest = try Digest(parsing: "sha256:" + String(repeating: "0", count: 64))
    #expect(ErrorText(RegistryError.notPut(ofTokenServer, list, current: digest)).text.contains("\(line)\(problem)"))
  }

  @Test(arguments: [
    ("a.tar.gz", Compression.gzip, "gzip -dc a.tar.gz > a.tar"), ("b/a.tgz", .gzip, "gzip -dc b/a.tgz > b/a.tar"),
    ("it's a.tar", .zstd, #"zstd -dc 'it'\''s a.tar' > 'it'\''s a-decompressed.tar'"#),
    ("a", .xz, "xz -dc a > a-decompressed.tar"),
  ])
  func theCommandThatDecompressesAnArchiveIsNamed(path: String, compression: Compression, command: String) {
    #expect(LayoutError.compressed(path: path, compression).advice == "Decompress it: \(command)")
  }

  /// A path is the user's, and a platform the registry's.
  @Test func wordsOfCommandsAreQuoted() throws {
    let place = Place.layout(try #require(try LayoutReference(parsing: "oci:my images:v1")))
    #expect(EditError.missing(place).advice == "To publish it: docker manifestx publish 'oci:my images:v1' IMAGE...")
    let name = Place.registry(try Reference(parsing: "[::1]:5000/a:v1"))
    let linux = try Platform(parsing: "linux/amd64")
    // A platform that `--platform` would not accept, or not find, is not suggested.
    let others = ["$(id)", "aarch64", "arm64"].map { Platform(os: "linux", architecture: $0) }
    let command = "docker manifestx resolve --platform linux/arm64 --as podman '[::1]:5000/a:v1'"
    #expect(ResolveError.noImage(name, linux, .podman, has: others).advice == "To see another one: \(command)")
  }

  /// What helps with the registry's own port does not help with the storage that it redirects to.
  @Test func aHostThatTheRegistryRefersToIsCalledSo() {
    let words = ", and the registry r.example refers to this host"
    func text(_ error: TransportError, _ registry: String = "r.example") -> String {
      ErrorText(RegistryError.transport(error, registry: registry, isInsecure: false)).text
    }
    for host in ["s.example", "r.example:444"] {
      let error = text(.cannotConnect(host: host, reason: "Connection refused"))
      #expect(error.hasPrefix("ERROR: cannot connect to \(host): Connection refused\(words)\n"))
      #expect(!error.contains("plain HTTP"))
    }
    #expect(text(.untrusted(host: "s.example", .unknownAuthority)).contains("certs.d/r.example/ca.crt"))
    let own = text(.cannotConnect(host: "R.example", reason: "Connection refused"))
    #expect(!own.contains(words) && own.contains("If r.example uses plain HTTP on port 80"))
    #expect(!text(.notTLS(host: "registry-1.docker.io"), "docker.io").contains("refers"))
  }

  @Test func aLongErrorIsCut() {
    let error = Failure(description: "begin" + String(repeating: "g", count: 50_000) + "end", advice: "Do this.")
    let lines = ErrorText(error).text.split(separator: "\n")
    #expect(lines[0].utf8.count <= 2000)
    #expect(lines[0].hasPrefix("ERROR: beginggg") && lines[0].hasSuffix("gggend"))
    #expect(lines[1] == "  Do this.")
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
    let name = Place.registry(try Reference(parsing: "example.com/a:v1"))
    let error = PublishError.partlyPut([name], [Failure(description: "one")])
    #expect(ErrorText(error).text == "ERROR: one\nThe list was published only as example.com/a:v1.")
    #expect(ErrorText(PublishError.partlyPut([], [Failure(description: "one")])).text == "ERROR: one")
    // A name that may have been published is not said to be left.
    let lost = RegistryError.notConfirmed(.notKept(try Reference(parsing: "b:v1")), try Reference(parsing: "b:v1"))
    let text = ErrorText(PublishError.partlyPut([name], [lost])).text
    let advice = "It may be there, or not. Look, or run the command again: docker manifestx inspect b:v1"
    #expect(text.contains("\n  \(advice)\n"))
    #expect(text.hasSuffix("\nThe list was published as \(name)."))
    let limited = RegistryError.busy(status: 429, what: "", retryAfter: nil, isTooLong: false, remaining: nil, [])
    // The response to an earlier attempt may have been lost.
    #expect(!ErrorText(PublishError.partlyPut([name], [limited])).text.contains("only"))
    // Also where that is a part of another error.
    let whole = JoinError.notFinished([name], PublishError.afterTags([name], error))
    let lines = ErrorText(whole).text.split(separator: "\n")
    #expect(
      lines.map { $0.prefix(28) } == [
        "ERROR: one", "The list was published only ", "Images were tagged example.c", "Before that, example.com/a:v",
      ]
    )
  }

  static let remark =
    "“test/app:v1” was read as docker.io/test/app:v1. If it is in another registry, add the registry's host: HOST[:PORT]/NAME"
  static let messages: [(message: String, isRemarked: Bool)] = [
    ("test/app:v2-arm64 is not in the registry", true), ("cannot read test/app@sha256:1", true),
    ("(test/app) is", true),
    ("cannot connect to registry-1.docker.io", true), ("auth.docker.io answered 500", true),
    ("reg.example/test/app:v1 is not in the registry", false), ("test/app/other:v1", false), ("test/app-1:v1", false),
    ("“x” is not a platform", false),
  ]

  @Test(arguments: messages)
  func errorAboutShortNameSaysHowItWasRead(message: String, isRemarked: Bool) throws {
    let name = try #require(ShortName("test/app:v1"))
    let text = ErrorText(Failure(description: message, advice: "Do this."), shortNames: [name]).text
    #expect(text == "ERROR: \(message)\n  Do this." + (isRemarked ? "\n  \(Self.remark)" : ""))
  }

  @Test func singleWordIsFoundOnlyWhereItIsAName() throws {
    let name = try #require(ShortName("a"))
    #expect(name.remark.hasPrefix("“a” was read as docker.io/library/a:latest. "))
    #expect(name.isNamed(in: "a:latest is not in the registry"))
    #expect(!name.isNamed(in: "“x” is not a platform"))
  }

  @Test func namesWithAHostAndTagsOfTheListAreNotShort() {
    for text in [
      "docker.io/a", "index.docker.io/a/b:c", "reg.example/a", "localhost/a", "localhost:5000/a", "Not/Valid/",
    ] {
      #expect(ShortName(text) == nil, "\(text)")
    }
    let words = ["a/b:v1", "v1-arm64", ":v1-amd64", "@sha256:0", "c/d:v1", "e:v1", "reg.example/f:v1"]
    #expect(ShortName.all(in: words, Publish.arguments).map(\.text) == ["a/b:v1", "c/d:v1", "e:v1"])
    #expect(ShortName.all(in: ["a", "a"], Inspect.arguments).map(\.text) == ["a"])
    #expect(ShortName.all(in: ["bash"], CompletionScript.arguments).isEmpty)
  }
}
