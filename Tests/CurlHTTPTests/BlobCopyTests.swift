import HTTP
import Testing

@testable import CurlHTTP
@testable import OCI
@testable import OCIRegistry

extension ResourceTests {
  /// From one registry to another; the download breaks in the middle.
  @Test func copyOfOneGiBTakesLittleMemory() async {
    await #expect(processExitsWith: .success) {
      let pieces = Pieces(count: (1 << 30) / Pieces.size)
      let source = try RegistryServer(pieces, breaksAt: pieces.length / 2)
      let target = try RegistryServer(pieces)
      let registries = Registries(over: makeTransport())
      let (reader, writer) = await (
        registries.repository(source.repository("a")), registries.repository(target.repository("b"))
      )
      let blob = try pieces.descriptor()
      #expect(await !writer.has(blob: blob))
      let before = memory("VmRSS")
      let result = try await writer.put(blob, mountingFrom: nil) { try await reader.blob(blob) }
      let additional = memory("VmHWM") - before
      #expect(result == .uploaded)
      #expect(try target.stored == [pieces.hash()])
      #expect(source.ranges.count == 2)
      #expect(source.ranges.last?.hasSuffix("-\(pieces.length - 1)") == true)
      #expect(additional < 16 << 20)
    }
  }
}

/// Blobs on their way within one registry.
@Suite(.timeLimit(.minutes(1))) struct BlobCopyTests {
  /// An upload and the download that feeds it share the host's connections, and its limit.
  @Test(arguments: [false, true])
  func copiesWithinOneHostDoNotWaitForEachOther(inChunks: Bool) async throws {
    let pieces = Pieces(count: 96)
    let server = try RegistryServer(pieces, acceptsWhole: !inChunks, isBusyAtFirst: true)
    let registries = Registries(over: makeTransport())
    let reader = await registries.repository(server.repository("a"))
    let writer = await registries.repository(server.repository("b"))
    let blob = try pieces.descriptor()
    try await withThrowingTaskGroup(of: RepositoryClient.BlobResult.self) { group in
      for _ in 0..<4 {
        group.addTask {
          try await writer.put(blob, mountingFrom: reader.repository) { try await reader.blob(blob) }
        }
      }
      for try await result in group { #expect(result == .uploaded) }
    }
    #expect(try server.stored == Array(repeating: pieces.hash(), count: 4))
  }
}
