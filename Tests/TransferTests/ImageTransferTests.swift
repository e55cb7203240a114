import JSON
import OCI
import Synchronization
import Testing

@testable import Transfer

@Suite struct ImageTransferTests {
  private let source = FakeStore()

  private func layer(_ size: Int, _ value: UInt8 = 1) throws -> Descriptor {
    try source.add([UInt8](repeating: value, count: size))
  }

  @Test func copiesBlobsThenImagesThenIndexes() async throws {
    let shared = try layer(7)
    let images = try [100, 2000].map { try source.addImage(layers: [try layer($0), shared]) }
    let inner = try source.addIndex(images)
    let target = FakeStore()
    try await ImageTransfer().copy([inner, images[0]], from: source, to: target)
    let copies = target.log.filter { $0 != "has blob" }
    #expect(Set(copies.prefix(4)) == ["copy 2000", "copy 100", "copy 7", "copy 2"])
    #expect(copies.dropFirst(4) == ["put image", "put image", "put index"])
    let (mine, theirs) = (target.state.withLock { $0 }, source.state.withLock { $0 })
    #expect(mine.blobs == theirs.blobs)
    #expect(mine.manifests == theirs.manifests)
  }

  @Test func theLargestBlobsComeFirst() throws {
    let layers = try [5, 50, 500, 50].enumerated().map { try layer($0.element, UInt8($0.offset)) }
    var node = ImageGraph.Node(try layer(1), blobs: layers)
    #expect(try ImageGraph(levels: [[node, node]]).blobs.map(\.size) == [500, 50, 50, 5])
    node.blobs.reverse()
    let blobs = try ImageGraph(levels: [[node]]).blobs
    #expect(blobs.map(\.digest) == [layers[2], layers[3], layers[1], layers[0]].map(\.digest))
  }

  @Test func onlyAFewBlobsAreCopiedAtATime() async throws {
    let layers = try (0..<20).map { try layer(50, $0) }
    let image = try source.addImage(layers: layers)
    let target = FakeStore()
    try await ImageTransfer().copy([image], from: source, to: target)
    #expect(target.state.withLock { $0.reading.most } == ImageTransfer.streams)
  }

  @Test func whatTheTargetHasIsNotCopied() async throws {
    let image = try source.addImage(layers: [try layer(9)])
    let target = FakeStore()
    let events = Mutex<[String]>([])
    let transfer = ImageTransfer { event in
      if case .finished(let blob, let outcome) = event { events.withLock { $0.append("\(blob.size) \(outcome)") } }
    }
    _ = try target.add([UInt8](repeating: 1, count: 9))
    try await transfer.copy([image], from: source, to: target)
    #expect(Set(events.withLock { $0 }) == ["9 present", "2 copied"])
    let before = target.log
    try await transfer.copy([image], from: source, to: target)
    #expect(target.log == before)
  }

  @Test func theLastEventComesAfterTheManifests() async throws {
    let image = try source.addImage(layers: [try layer(2)])
    let target = FakeStore()
    let events = Mutex<[String]>([])
    let transfer = ImageTransfer { event in
      let name = "\(event)".prefix { $0 != "(" }
      events.withLock { $0.append("\(name), \(target.log.filter { $0 != "has blob" }.count) written") }
    }
    try await transfer.copy([image], from: source, to: target)
    let all = events.withLock { $0 }
    #expect(all.first == "planned, 0 written")
    #expect(all.last == "completed, 3 written")
    #expect(all.count { $0.hasPrefix("moved") } == 4)
  }

  @Test func blobsThatAreMissingAfterAllAreCopied() async throws {
    let image = try source.addImage(layers: [try layer(9)])
    let target = FakeStore(lies: true)
    try await ImageTransfer().copy([image], from: source, to: target)
    #expect(target.log == ["has blob", "has blob", "copy 2", "copy 9", "put image"])
  }

  @Test func blobsThatAreMissingAfterAMountAreCopied() async throws {
    let image = try source.addImage(layers: [try layer(9)])
    let target = FakeStore(mountsFrom: source, lies: true)
    try await ImageTransfer().copy([image], from: source, to: target)
    #expect(Set(target.log.prefix(2)) == ["mount 2", "mount 9"])
    #expect(target.log.dropFirst(2) == ["copy 2", "copy 9", "put image"])
  }

  /// It would cost a round trip, and a mount asks the same question.
  @Test func nothingIsAskedBeforeAMount() async throws {
    let image = try source.addImage(layers: [try layer(9), try layer(8)])
    let target = FakeStore(mountsFrom: source)
    try await ImageTransfer().copy([image], from: source, to: target)
    #expect(Set(target.log) == ["mount 9", "mount 8", "mount 2", "put image"])
    #expect(target.log.last == "put image")
  }

  @Test(arguments: [
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
  ])
  func foreignLayersAreLeftOut(type: String) throws {
    let plain = Descriptor(mediaType: MediaType(rawValue: type), size: 10, digest: try Digest(of: [1]))
    let text = String(decoding: plain.json.encoded(), as: UTF8.self).dropLast()
    func foreign(_ urls: String) throws -> Descriptor {
      try Descriptor(JSONNode(JSONValue(decoding: Array("\(text), \"urls\": \(urls)}".utf8))))
    }
    let layers = [try foreign(#"["https://x.example/1"]"#), try layer(3)]
    // Without a place to fetch it from, it can only be where the image is.
    for without in [plain, try foreign("[]")] {
      #expect(try ImageManifest(decoding: manifest(layers: [without, try layer(3)])).blobs.count == 3)
    }
    #expect(try ImageManifest(decoding: manifest(layers: layers)).blobs.map(\.size) == [2, 3])
  }

  @Test func afterAnErrorNoManifestIsWritten() async throws {
    let (bad, good) = (try layer(9), try layer(8))
    let image = try source.addImage(layers: [good, bad])
    let target = FakeStore(refused: [bad.digest])
    await #expect(throws: FakeStore.Missing.self) {
      try await ImageTransfer().copy([image], from: source, to: target)
    }
    #expect(target.state.withLock { $0.manifests.isEmpty })
  }

  @Test func theImagesAgreeAboutTheSizeOfALayer() async throws {
    let shared = try layer(9)
    var other = shared
    other.size = 1009
    let images = try [[shared], [try layer(3), other]].map(source.addImage)
    for (images, sizes) in [(images, "9 and 1009"), (images.reversed(), "1009 and 9")] {
      let target = FakeStore()
      let error = await #expect(throws: TransferError.self) {
        try await ImageTransfer().copy(images, from: source, to: target)
      }
      #expect(error?.description == "the images give two sizes for the blob \(shared.digest): \(sizes)")
      #expect(target.log.isEmpty)
    }
  }

  /// Also in an index in an index, and where another entry for it is right.
  @Test(arguments: [false, true]) func aManifestHasTheSizeOfEachOfItsEntries(isFirst: Bool) async throws {
    let image = try source.addImage(layers: [try layer(9)])
    var other = image
    other.size += 1
    let inner = try source.addIndex(isFirst ? [other, image] : [image, other])
    let target = FakeStore()
    let error = await #expect(throws: TransferError.self) {
      try await ImageTransfer().copy([try source.addIndex([inner])], from: source, to: target)
    }
    guard case .badManifest(let descriptor, .differs("size", said: "\(other.size)", found: "\(image.size)"))? = error
    else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
    #expect(descriptor.digest == image.digest)
    #expect(target.log.isEmpty)
  }

  /// Three small indexes could otherwise stand for a million images.
  @Test func anImageThatIsInAnIndexManyTimesIsReadOnce() async throws {
    var image = try source.addImage(layers: [])
    for _ in 0..<3 { image = try source.addIndex(Array(repeating: image, count: 300)) }
    let target = FakeStore()
    try await ImageTransfer().copy([image, image], from: source, to: target)
    #expect(target.log.count { $0.hasPrefix("put") } == 4)
  }

  @Test func theNumberOfManifestsHasALimit() async throws {
    let missing = try (0...ImageTransfer.maximumCount).map { number in
      Descriptor(mediaType: .ociManifest, size: 2, digest: try Digest(of: Array("\(number)".utf8)))
    }
    let error = await #expect(throws: TransferError.self) {
      try await ImageTransfer().copy(missing, from: source, to: FakeStore())
    }
    guard case .tooMany(_, ImageTransfer.maximumCount)? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
  }

  /// The others are cancelled then. They are not the reason.
  @Test(.timeLimit(.minutes(1))) func theErrorIsNotThatOfACancelledTask() async {
    await #expect(throws: FakeStore.Missing.self) {
      _ = try await [false, true].concurrentMapUntilError(limit: 2) { fails in
        if fails { throw FakeStore.Missing() }
        try await Task.sleep(for: .seconds(600))
      }
    }
  }

  @Test func afterAnErrorNothingMoreIsBegun() async {
    let begun = Mutex(0)
    await #expect(throws: FakeStore.Missing.self) {
      _ = try await Array(1...10).concurrentMapUntilError(limit: 1) { _ in
        begun.withLock { $0 += 1 }
        throw FakeStore.Missing()
      }
    }
    #expect(begun.withLock { $0 } == 1)
  }

  @Test func nestingHasALimit() async throws {
    var image = try source.addImage(layers: [])
    for _ in 0..<7 { image = try source.addIndex([image]) }
    try await ImageTransfer().copy([image], from: source, to: FakeStore())
    image = try source.addIndex([image])
    let tooDeep = image
    let error = await #expect(throws: TransferError.self) {
      try await ImageTransfer().copy([tooDeep], from: source, to: FakeStore())
    }
    guard case .tooDeep? = error else {
      Issue.record("\(error.map { "\($0)" } ?? "-")")
      return
    }
  }

  private func manifest(layers: [Descriptor]) throws -> [UInt8] {
    let image = try source.addImage(layers: layers)
    return source.state.withLock { $0.manifests[image.digest]?.bytes } ?? []
  }
}
