/// What the bytes to send have thrown.
struct ContentError: Error {
  let error: any Error
}

/// The bytes to send, whose errors can be told from those of the registry that they are sent to.
struct UploadContent: AsyncSequence {
  private let base: any AsyncSequence<[UInt8], any Error>

  init(_ open: @Sendable () async throws -> any AsyncSequence<[UInt8], any Error>) async throws {
    do { base = try await open() } catch { throw ContentError(error: error) }
  }

  func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator()) }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate var base: any AsyncIteratorProtocol<[UInt8], any Error>

    mutating func next() async throws -> [UInt8]? {
      do { return try await base.next() } catch {
        // A request that has ended cancels what it reads.
        try Task.checkCancellation()
        throw ContentError(error: error)
      }
    }
  }
}
