import DockerConfig
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

/// An upload to r.example/a, and what comes of it.
struct UploadCase: CustomTestStringConvertible {
  let testDescription: String
  let answers: [ScriptedTransport.Answer]
  /// Each a method and a URL, in which `…` stands for that of the uploads, and `D` for the digest.
  let requests: [String]
  var source: String? = nil
  var result: RepositoryClient.BlobResult? = .uploaded
  /// Nil if the blob is put.
  var error: String?

  func check() async throws {
    let scripted = ScriptedTransport(answers)
    do {
      let source = try self.source.map { try Reference(parsing: $0).repository }
      let client = try await Blob.client(scripted)
      let result = try await client.put(Blob.descriptor(), mountingFrom: source, content: Blob.content)
      #expect(result == self.result)
      #expect(error == nil)
    } catch let thrown {
      #expect("\(thrown)".contains(error ?? "no error"))
    }
    #expect(try Blob.summary(scripted) == requests)
    for request in scripted.requests where request.method == .put {
      #expect(request.body.bytes == Array(Blob.text.utf8))
      #expect(request.fields.lines.map(\.name) == ["Content-Type"])
      #expect(request.fields["Content-Type"] == "application/octet-stream")
    }
    #expect(scripted.requests.filter { $0.method == .post }.allSatisfy { $0.body.bytes == [] })
  }
}

/// A blob of ten bytes.
enum Blob {
  static let text = "0123456789"
  static let uploads = "https://r.example/v2/a/blobs/uploads/"
  static let session = ScriptedTransport.Answer.status(202, ["Location": "/v2/a/blobs/uploads/1"])
  static let reset = ScriptedTransport.Answer.failure(
    .cut(host: "r.example", reason: "reset")
  )
  static func error(_ code: String) -> String { #"{"errors":[{"code":"\#(code)"}]}"# }

  static func descriptor() throws -> Descriptor {
    Descriptor(mediaType: .ociConfig, size: Int64(text.utf8.count), digest: try Digest(of: Array(text.utf8)))
  }

  /// In pieces of four bytes.
  @Sendable static func content() async throws -> any AsyncSequence<[UInt8], any Error> {
    AsyncThrowingStream { continuation in
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: 4) {
        continuation.yield(Array(bytes[start..<min(start + 4, bytes.count)]))
      }
      continuation.finish()
    }
  }

  static func read(_ pieces: any AsyncSequence<[UInt8], any Error>) async throws -> String {
    var read = ""
    for try await piece in pieces { read += String(decoding: piece, as: UTF8.self) }
    return read
  }

  static func summary(_ scripted: ScriptedTransport) throws -> [String] {
    let digest = try descriptor().digest.description
    return scripted.requests.map { request in
      let url = request.url.replacing("https://r.example/v2/a/blobs/\(digest)", with: "D").replacing(digest, with: "D")
      return "\(request.method.rawValue) \(url.replacing(uploads, with: "…"))"
    }
  }

  /// Of r.example/a.
  static func client(
    _ base: any HTTPTransport,
    _ credential: Credential = .anonymous,
    clock: StoppedClock = StoppedClock()
  ) async throws -> RepositoryClient {
    let registries = Registries(scripted: base, keychain: FixedKeychain(credential), clocks: Clocks(running: clock))
    return await registries.repository(try Reference(parsing: "r.example/a").repository)
  }
}

extension Mutex<Int> {
  @discardableResult borrowing func increment() -> Int {
    withLock { value in
      value += 1
      return value
    }
  }
}
