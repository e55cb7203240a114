import LocalSystem
import OCI
import OCILayout
import TestSupport
import Testing

@Suite struct NewLayoutArchiveTests {
  /// A registry may say so.
  @Test(arguments: [[.max], [1 << 50 + 1], Array(repeating: 1 << 50, count: 9000)] as [[Int64]])
  func sizesThatNoFileHasAreRefused(sizes: [Int64]) async throws {
    let directory = try TemporaryDirectory()
    let archive = try NewLayoutArchive("\(directory.path)/a.tar", name: "v1")
    await #expect(throws: LayoutError.self) {
      for (number, size) in sizes.enumerated() {
        let blob = Descriptor(mediaType: .ociConfig, size: size, digest: try Digest(of: Array("\(number)".utf8)))
        do { try await archive.put(blob) { Empty() } } catch LayoutError.wrongContent {}
      }
    }
  }

  /// What another program wrote while this one did: an archive with this name, with another one, and another file.
  static let others: [(name: String?, error: String?)] = [
    ("v1", nil),
    ("v2", "DIR/a.tar has other images, which would be lost: v2. Remove it first, or use another file"),
    (nil, "DIR/a.tar is not an OCI image layout: it is not a tar archive"),
  ]

  @Test(arguments: others)
  func whatAppearsMeanwhileIsReplacedOnlyWithTheSameName(name: String?, error: String?) async throws {
    let image = try LayoutFixture().manifest
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/a.tar"
    let archive = try NewLayoutArchive(path, name: "v1")
    if let name {
      try NewLayoutArchive(path, name: name).setName(name, to: image.annotated("other"))
    } else {
      try directory.write("a.tar", "hello")
    }
    let before = try File.contents(of: path)
    if let error {
      #expect(await message(directory.path) { try archive.setName("v1", to: image.annotated("own")) } == error)
      #expect(try File.contents(of: path) == before)
      return
    }
    try archive.setName("v1", to: image.annotated("own"))
    let annotations = try LayoutArchive(reading: path).descriptor("v1").annotations
    #expect(annotations["from"] == "own")
  }

  private struct Empty: AsyncSequence, AsyncIteratorProtocol {
    func makeAsyncIterator() -> Empty { self }
    func next() async throws -> [UInt8]? { nil }
  }
}

extension Descriptor {
  fileprivate func annotated(_ text: String) -> Descriptor {
    var descriptor = self
    descriptor.annotations["from"] = text
    return descriptor
  }
}
