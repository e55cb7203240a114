import OCI
import OCILayout
import Testing

@Suite struct LayoutReferenceTests {
  struct Case: Sendable {
    let text: String
    let path: String
    var name: String?
    var hasDigest = false
    var storage = LayoutReference.Storage.directory
  }

  static let hex = String(repeating: "a", count: 64)
  static let cases: [Case] = [
    Case(text: "oci-layout://out", path: "out"),
    Case(text: "oci-layout://../a b/out:v1", path: "../a b/out", name: "v1"),
    Case(text: "oci-layout:///srv/out:v1@sha256:\(hex)", path: "/srv/out", name: "v1", hasDigest: true),
    Case(text: "oci-layout://out@sha256:\(hex)", path: "out", hasDigest: true),
    Case(text: "oci-layout:///srv/10:30/out", path: "/srv/10:30/out"),
    Case(text: "oci-layout:///srv/10:30/out:1.0_x-y", path: "/srv/10:30/out", name: "1.0_x-y"),
    Case(text: "oci-layout://me@home/out:v1", path: "me@home/out", name: "v1"),
    Case(text: "oci-layout://out:-x", path: "out:-x"),
    Case(text: "ocidir://out/dir:v1@sha256:\(hex)", path: "out/dir", name: "v1", hasDigest: true),
    Case(text: "ocidir://.", path: "."),
    Case(text: "oci:out", path: "out"),
    Case(text: "oci:/srv/out:v1", path: "/srv/out", name: "v1"),
    Case(text: "oci:out:docker.io/library/app:v1", path: "out", name: "docker.io/library/app:v1"),
    Case(text: "oci:out@sha256:\(hex)", path: "out", hasDigest: true),
    Case(text: "oci:out:v1@sha256:\(hex)", path: "out", name: "v1", hasDigest: true),
    Case(text: "oci-archive:out.tar", path: "out.tar", storage: .archive),
    Case(text: "oci-archive:out:localhost:5000/app:v1", path: "out", name: "localhost:5000/app:v1", storage: .archive),
    Case(text: "app.tar", path: "app.tar", storage: .archive),
    Case(text: "./app:v1.tar", path: "./app:v1.tar", storage: .archive),
    Case(text: "/srv/app.tar.gz", path: "/srv/app.tar.gz", storage: .archive),
    Case(text: "./app.tar:v1", path: "./app.tar", name: "v1", storage: .archive),
    Case(text: "/srv/app.tgz@sha256:\(hex)", path: "/srv/app.tgz", hasDigest: true, storage: .archive),
  ]

  @Test(arguments: cases)
  func readsWhatOtherProgramsWrite(_ expected: Case) throws {
    let reference = try #require(try LayoutReference(parsing: expected.text))
    #expect(reference.path == expected.path)
    #expect(reference.name == expected.name)
    #expect(reference.digest?.hex == (expected.hasDigest ? Self.hex : nil))
    #expect(reference.storage == expected.storage)
    #expect("\(reference)" == expected.text)
  }

  /// The path of the list is not read again: it may contain colons.
  @Test(
    arguments: [
      (":v2", "v2", false), ("@sha256:\(hex)", nil, true), (":v2@sha256:\(hex)", "v2", true),
      (":docker.io/a/b:v1", "docker.io/a/b:v1", false),
    ] as [(String, String?, Bool)]
  )
  func anotherImageOfTheLayout(_ text: String, name: String?, hasDigest: Bool) throws {
    for list in ["oci-layout://a:b:v1", "oci-layout://a:b@sha256:\(Self.hex)"] {
      let reference = try #require(try LayoutReference(parsing: list)).naming(parsing: text)
      #expect(reference.path == "a:b" || list.contains("@") && reference.path == "a")
      #expect(reference.name == name)
      #expect((reference.digest != nil) == hasDigest)
      #expect(reference.description.hasSuffix(text))
    }
  }

  /// The path of an archive alone cannot have a name or a digest.
  @Test(
    arguments: [
      ("oci-layout://out:v1", "oci-layout://out"), ("ocidir://a:b/out", "ocidir://a:b/out"), ("oci:out", "oci:out"),
      ("oci:out:r.example/a:v1", "oci:out"), ("oci-archive:out:v1", "oci-archive:out"),
      ("./out.tar", "oci-archive:./out.tar"), ("out.tar.gz", "oci-archive:out.tar.gz"),
    ] as [(String, String)]
  )
  func namesOfImagesCanBeRead(_ text: String, _ store: String) throws {
    let reference = try #require(try LayoutReference(parsing: text))
    let digest = try Digest(parsing: "sha256:\(Self.hex)")
    let names = [reference.naming("v2"), reference.naming(digest), try reference.naming(parsing: ":v2@\(digest)")]
    #expect(names.map(\.description) == ["\(store):v2", "\(store)@\(digest)", "\(store):v2@\(digest)"])
    for name in names { #expect(try LayoutReference(parsing: "\(name)") == name) }
  }

  @Test(arguments: [":", "@sha256:1", ":a b", "@v1", ":v1@sha256:x"])
  func noOtherImage(_ text: String) throws {
    let list = try #require(try LayoutReference(parsing: "oci-layout://out"))
    #expect(throws: LayoutReferenceError.self) { try list.naming(parsing: text) }
  }

  @Test(
    arguments: [
      "app:v1", "harbor.example.com/test/app:v1", "oci-layout", "oci/app:v1", "./out", "tar", "", "ocidir:5000/app:v1",
      "docker.io/out/app.tar:v1", "localhost/out/app.tar:v1", "out/app.tar:v1",
      "oci-layout:v1",
    ]
  )
  func otherTextsAreNoLayouts(_ text: String) throws {
    #expect(try LayoutReference(parsing: text) == nil)
  }

  static let mistakes: [(String, LayoutReferenceError.Reason)] = [
    ("oci-layout://", .noPath),
    ("oci:", .noPath),
    ("oci::v1", .noPath),
    ("oci-archive::v1", .noPath),
    ("oci-layout://:v1", .noPath),
    ("oci-layout://out:", .name("")),
    ("oci:out:", .name("")),
    ("oci:out:@0", .name("@0")),
    ("oci:out:a b", .name("a b")),
    ("oci:out:v1:", .name("v1:")),
    ("oci-layout://out@sha256:abc", .digest(.notHex(.sha256, "abc"))),
    ("docker-archive:/srv/a.tar", .dockerArchive("/srv/a.tar")),
    ("oci-layout:out:v1", .noSlashes("oci-layout")),
    ("ocidir:/srv/out:v1", .noSlashes("ocidir")),
    ("oci://harbor.example.com/charts/app", .registry("harbor.example.com/charts/app")),
  ]

  @Test(arguments: mistakes)
  func mistakesAreNamed(_ text: String, _ reason: LayoutReferenceError.Reason) {
    let error = #expect(throws: LayoutReferenceError.self) { try LayoutReference(parsing: text) }
    #expect(error?.reason == reason)
    #expect("\(error, default: "")".hasPrefix("invalid image layout \u{201C}\(text)\u{201D}: "))
  }
}
