import DockerConfig
import HTTP
import Hashing
import Synchronization
import TestSupport

@testable import CurlHTTP
@testable import OCI
@testable import OCIRegistry

/// A registry on a loopback address that has one blob in every repository, and accepts uploads. It is as strict as the
/// strictest real ones: no request with a body without a length, and no cookie.
final class RegistryServer: Sendable {
  private struct State {
    var sessions: [SharedHash] = []
    var stored: [[UInt8]?] = []
    var ranges: [String] = []
    var isBusy = false
    var breaksAt: Int?
  }

  private let server: LoopbackServer
  private let answers: Answers

  /// - Parameters:
  ///   - breaksAt: The first download ends after so many bytes.
  ///   - acceptsWhole: Whether a body may have more than 4 MiB.
  ///   - isBusyAtFirst: Whether the first upload is answered with 429.
  init(_ blob: Pieces, breaksAt: Int? = nil, acceptsWhole: Bool = true, isBusyAtFirst: Bool = false) throws {
    let answers = Answers(blob, acceptsWhole, State(isBusy: isBusyAtFirst, breaksAt: breaksAt))
    self.answers = answers
    server = try LoopbackServer { connection, request in try answers.answer(request, on: connection) }
  }

  func repository(_ path: String) -> Repository {
    Repository(registry: Registry(host: "127.0.0.1:\(server.port)"), path: path)
  }

  /// `Range` of each download; empty where it is missing.
  var ranges: [String] { answers.state.withLock(\.ranges) }
  /// SHA-256 of each blob whose upload was ended.
  var stored: [[UInt8]?] { answers.state.withLock(\.stored) }

  private final class Answers: Sendable {
    let blob: Pieces
    let acceptsWhole: Bool
    let state: Mutex<State>

    init(_ blob: Pieces, _ acceptsWhole: Bool, _ state: State) {
      (self.blob, self.acceptsWhole) = (blob, acceptsWhole)
      self.state = Mutex(state)
    }

    func answer(_ request: ServerRequest, on connection: ServerConnection) throws {
      let method = request.line.prefix { $0 != " " }
      if method.hasPrefix("P"), request.field("Content-Length").isEmpty { return try connection.answer(411) }
      if !request.field("Cookie").isEmpty { return try connection.answer(403) }
      switch method {
      case "GET": try sendBlob(request, connection)
      case "POST": try start(connection)
      case "PATCH":
        try receive(request, connection)
        try connection.answer(202)
      case "PUT":
        if !acceptsWhole, request.contentLength > 4 << 20 {
          try connection.answer(413)
          throw ServerConnection.Closed()
        }
        let session = try receive(request, connection)
        let hash = session.finish()
        state.withLock { $0.stored.append(hash) }
        try connection.answer(201)
      default: try connection.answer(404)
      }
    }

    private func start(_ connection: ServerConnection) throws {
      let session = try SharedHash()
      let number: Int? = state.withLock { state in
        if state.isBusy {
          state.isBusy = false
          return nil
        }
        state.sessions.append(session)
        return state.sessions.count - 1
      }
      guard let number else { return try connection.answer(429) }
      try connection.answer(202, "Location: /upload/\(number)\r\nSet-Cookie: sid=1\r\n")
    }

    @discardableResult
    private func receive(_ request: ServerRequest, _ connection: ServerConnection) throws -> SharedHash {
      let number = request.path.split(separator: "/").last?.prefix { $0 != "?" }
      guard let index = number.flatMap({ Int($0) }) else { throw ServerConnection.Closed() }
      let session = state.withLock { $0.sessions[index] }
      try connection.read(request.contentLength, session.update)
      return session
    }

    private func sendBlob(_ request: ServerRequest, _ connection: ServerConnection) throws {
      let range = request.field("Range")
      let breaksAt = state.withLock { state in
        state.ranges.append(range)
        return state.breaksAt.take()
      }
      let start = Int(range.drop { $0 != "=" }.dropFirst().prefix { $0 != "-" }) ?? 0
      let end = blob.length - 1
      let status = range.isEmpty ? "200 OK" : "206 Partial\r\nContent-Range: bytes \(start)-\(end)/\(blob.length)"
      try connection.write("HTTP/1.1 \(status)\r\nContent-Length: \(blob.length - start)\r\n\r\n")
      var skipped = start % Pieces.size
      for index in start / Pieces.size..<blob.count {
        if let breaksAt, index * Pieces.size >= breaksAt { throw ServerConnection.Closed() }
        try connection.write(Array(blob.piece(index).dropFirst(skipped)))
        skipped = 0
      }
    }
  }
}

extension Pieces {
  func descriptor() throws -> Descriptor {
    var hash = try StreamHash(.sha256)
    for index in 0..<count { piece(index).withUnsafeBytes { hash.update($0) } }
    return Descriptor(mediaType: .ociConfig, size: Int64(length), digest: Digest(finishing: hash))
  }
}

extension Registries {
  /// On a machine without any of docker's files.
  init(over transport: any HTTPTransport) {
    let paths = DockerPaths(environment: ["MANIFESTX_ROOT": "/nowhere"], home: "/nowhere")
    let insecure = InsecureRegistries(requested: [], daemon: DaemonConfig(paths))
    self.init(
      transport: transport,
      keychain: FixedKeychain(.anonymous),
      settings: RegistrySettings(insecure: insecure, paths: paths)
    )
  }
}
