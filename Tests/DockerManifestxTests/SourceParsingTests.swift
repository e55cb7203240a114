import ManifestLists
import OCI
import OCILayout
import Testing

@testable import docker_manifestx

@Suite struct SourceParsingTests {
  static let layouts: [(text: String, path: String, tag: String?)] = [
    ("oci-layout:///images/app:v1-arm64", "/images/app", "v1-arm64"),
    ("oci:app:r.example/a:v1-arm64", "app", "v1-arm64"),
    ("oci-archive:app.tar", "app.tar", nil), ("./app.tar", "./app.tar", nil), ("ocidir://app", "app", nil),
  ]

  @Test(arguments: layouts)
  func readsImagesInLayouts(text: String, path: String, tag: String?) throws {
    let source = try Source(parsing: text, in: .registry(Reference(parsing: "r.example/a")))
    guard case .layout(let layout) = source.place else {
      Issue.record("\(source.place)")
      return
    }
    #expect(layout.path == path)
    #expect(source.place.tag?.text == tag)
    #expect(source.description == text)
    #expect(source.place.store == .layout(try #require(try LayoutReference(parsing: text)).withoutName))
  }

  static let hash = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  static let read: [(text: String, list: String, reference: String, reading: Source.Reading)] = [
    ("v1-arm64", "r.example/a/b", "r.example/a/b:v1-arm64", .tag),
    ("1.2.3", "r.example/a/b", "r.example/a/b:1.2.3", .tag),
    (":v1-arm64", "r.example/a/b", "r.example/a/b:v1-arm64", .reference),
    ("@\(hash)", "r.example/a/b", "r.example/a/b@\(hash)", .reference),
    (":v1@\(hash)", "r.example/a/b", "r.example/a/b:v1@\(hash)", .reference),
    ("r.example/a/b:v1", "r.example/a/b", "r.example/a/b:v1", .reference),
    ("a:v1", "r.example/a/b", "a:v1", .reference),
    ("a/b", "r.example/a/b", "a/b:latest", .reference),
    ("alpine@\(hash)", "r.example/a/b", "alpine@\(hash)", .reference),
    // Docker Hub: docker's short form of the name means the same repository.
    (":v1", "alpine", "alpine:v1", .reference),
    ("v1", "alpine", "alpine:v1", .tag),
    (":v1", "[::1]:5000/a", "[::1]:5000/a:v1", .reference),
  ]

  @Test(arguments: read)
  func reads(text: String, list: String, reference: String, reading: Source.Reading) throws {
    let source = try Source(parsing: text, in: .registry(Reference(parsing: list)))
    #expect(source.text == text)
    #expect(source.platform == nil)
    #expect(try source.place == .registry(Reference(parsing: reference)))
    #expect(source.reading == reading)
  }

  @Test(arguments: ["", ":", "@", ":v1:v2", ":a/b", ":5000/app", "@latest", "-x", "a b", ":v1@\(hash)@\(hash)", "/v1"])
  func refuses(text: String) throws {
    let list = Place.registry(try Reference(parsing: "r.example/a/b"))
    #expect(throws: ReferenceError.self) { try Source(parsing: text, in: list) }
  }
}
