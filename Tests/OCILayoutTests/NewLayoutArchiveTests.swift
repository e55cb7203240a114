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

  private struct Empty: AsyncSequence, AsyncIteratorProtocol {
    func makeAsyncIterator() -> Empty { self }
    func next() async throws -> [UInt8]? { nil }
  }
}
