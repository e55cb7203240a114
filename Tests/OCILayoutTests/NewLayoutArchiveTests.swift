import Glibc
import LocalSystem
import OCI
import TestSupport
import Testing

@testable import OCILayout

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
    ("v2", "DIR/a.tar has other images, which would be lost: v2"),
    (nil, "DIR/a.tar is not an OCI image layout: it is not a tar archive"),
  ]

  @Test(arguments: others)
  func whatAppearsMeanwhileIsReplacedOnlyWithTheSameName(name: String?, error: String?) async throws {
    let image = try LayoutFixture().manifest
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/a.tar"
    let archive = try NewLayoutArchive(path, name: "v1")
    if let name {
      try await NewLayoutArchive(path, name: name).setName(name, to: image.annotated("other"))
    } else {
      try directory.write("a.tar", "hello")
    }
    let before = try File.contents(of: path)
    if let error {
      #expect(await message(directory.path) { try await archive.setName("v1", to: image.annotated("own")) } == error)
      #expect(try File.contents(of: path) == before)
      return
    }
    try await archive.setName("v1", to: image.annotated("own"))
    let annotations = try LayoutArchive(reading: path).descriptor("v1").annotations
    #expect(annotations["from"] == "own")
  }

  /// Writes an archive with an empty list.
  private func write(_ path: String, _ name: String = "v1") async throws {
    let archive = try NewLayoutArchive(path, name: name)
    let bytes = Array(#"{"schemaVersion": 2, "manifests": []}"#.utf8)
    let manifest = RawManifest(bytes: bytes, mediaType: .ociIndex, digest: try Digest(of: bytes))
    try archive.put(manifest)
    try await archive.setName(name, to: manifest.descriptor())
  }

  @Test func aReplacedArchiveKeepsItsPermissionsAndItsLink() async throws {
    let directory = try TemporaryDirectory(["real/x": ""])
    let (file, link) = ("\(directory.path)/real/a.tar", "\(directory.path)/link.tar")
    // The link leads to a file that is made.
    #expect(symlink("real/a.tar", link) == 0)
    try await write(link)
    #expect(chmod(file, 0o6640) == 0)
    if geteuid() == 0 { #expect(chown(file, 65534, 65533) == 0) }
    try await write(link)
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(file, &status) == 0 && status.st_mode & 0o7777 == 0o640)
    if geteuid() == 0 { #expect(status.st_uid == 65534 && status.st_gid == 65533) }
    #expect(try LayoutArchive(reading: link).index().imageNames == ["v1"])
    #expect(try Directory.names(in: "\(directory.path)/real").sorted() == [".", "..", "a.tar", "x"])
  }

  /// As `docker save app:v1 web:v1` writes it.
  @Test func anotherNameOfTheImageIsNotLost() async throws {
    let fixture = try LayoutFixture()
    let names = ["docker.io/library/app:v1", "docker.io/library/web:v1"]
    try fixture.writeIndex(
      names.map {
        LayoutFixture.json(fixture.manifest, [LayoutFixture.refName: "v1", LayoutFixture.containerdName: $0])
      }
    )
    let path = "\(fixture.path)/a.tar"
    try FileReplacement.replace(path, with: try TarEntry.archive(of: fixture))
    await #expect(throws: LayoutError.hasOtherImages(path: path, names: names)) { try await write(path) }
  }

  @Test func twoWritersDoNotLoseEachOthersImages() async throws {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/a.tar"
    let place = try OpenDirectory(directory.path)
    var lock = try FileLock(".docker-manifestx.lock", in: place)
    let first = Task { try await write(path) }
    try await Task.sleep(for: .milliseconds(50))
    // The first one waits for the lock; another program writes the archive meanwhile, and the first one looks again.
    #expect(throws: LayoutError.self) { _ = try LayoutArchive(reading: path) }
    let other = try TemporaryDirectory()
    try await write("\(other.path)/a.tar", "v2")
    #expect(rename("\(other.path)/a.tar", path) == 0)
    #expect(lock != nil)
    lock = nil
    await #expect(throws: LayoutError.hasOtherImages(path: path, names: ["v2"])) { try await first.value }
    #expect(try LayoutArchive(reading: path).index().imageNames == ["v2"])
    #expect(try Directory.names(in: directory.path).sorted() == [".", "..", "a.tar"])
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
