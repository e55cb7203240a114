import HTTP

/// Runs a transfer together with the tasks that read its stream and feed its sink.
struct StreamedExchange {
  let loop: CurlLoop
  let transfer: CurlTransfer

  private enum Event {
    case answered(HTTPResponse)
    case sent, received
  }

  func run() async throws -> HTTPResponse {
    try await withThrowingTaskGroup(of: Event.self) { group in
      defer { group.cancelAll() }
      group.addTask { .answered(try await loop.run(transfer)) }
      if case .stream(let length, let open) = transfer.request.body, let buffer = transfer.upload {
        group.addTask {
          try await send(length, open, through: buffer)
          return .sent
        }
      }
      var isReceived = true
      if let sink = transfer.request.sink, let buffer = transfer.download {
        isReceived = false
        group.addTask {
          try await receive(sink, from: buffer)
          return .received
        }
      }
      var response: HTTPResponse?
      // The first error ends the others: whichever of them failed is the reason.
      while let event = try await group.next() {
        switch event {
        case .answered(let answer): response = answer
        case .received: isReceived = true
        case .sent: break
        }
        // A server may answer before it has received the whole body.
        if let response, isReceived { return response }
      }
      throw CancellationError()
    }
  }

  /// Each piece is held back until it is known what follows, so that the server never gets the last byte of a body of the
  /// wrong length.
  private func send(
    _ length: Int,
    _ open: @Sendable () async throws -> any AsyncSequence<[UInt8], any Error>,
    through buffer: UploadBuffer
  ) async throws {
    var count = 0
    var held: [UInt8] = []
    for try await piece in try await open() where !piece.isEmpty {
      count += piece.count
      guard count <= length else { throw HTTPBodyError.tooLong(expected: length) }
      if !held.isEmpty { try await write(held, to: buffer) }
      held = piece
    }
    // A sequence may end early, too, because its task was cancelled.
    try Task.checkCancellation()
    guard count == length else { throw HTTPBodyError.tooShort(length: count, expected: length) }
    try await write(held, to: buffer)
  }

  private func write(_ piece: [UInt8], to buffer: UploadBuffer) async throws {
    if try await buffer.write(piece) { loop.submit(.resume(transfer)) }
  }

  private func receive(_ sink: HTTPSink, from buffer: DownloadBuffer) async throws {
    guard let head = try await buffer.begins() else { return }
    let write = try await sink.open(head)
    while let (bytes, isCurlWaiting) = try await buffer.next() {
      if isCurlWaiting { loop.submit(.resume(transfer)) }
      try await write(bytes)
    }
  }
}
