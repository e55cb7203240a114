import HTTP
import OCI

/// Reads from mirrors first, and from the registry itself where no mirror has it. What is written goes to the registry.
///
/// https://docs.docker.com/docker-hub/image-library/mirror/
struct MirroringTransport: HTTPTransport {
  struct Mirror: Sendable {
    /// Without a slash at the end: `https://mirror.example.com`.
    let url: String
    /// With the mirror's own certificates and credentials: it never sees the registry's.
    let transport: any HTTPTransport
  }

  let base: any HTTPTransport
  /// What the URLs of the registry begin with.
  let registryURL: String
  let mirrors: [Mirror]
  let log: @Sendable (String) -> Void

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    guard request.method == .get || request.method == .head, request.url.hasPrefix("\(registryURL)/") else {
      return try await base.send(request)
    }
    for mirror in mirrors {
      var mirrored = request
      mirrored.url = mirror.url + request.url.dropFirst(registryURL.count)
      do {
        let response = try await mirror.transport.send(mirrored)
        if response.isAnswer(to: mirrored) { return response }
        log("the mirror \(mirror.url) answered \(response.status) without what was asked for, trying the next")
      } catch { log("the mirror \(mirror.url) can't be used: \(error)") }
    }
    return try await base.send(request)
  }
}

extension HTTPResponse {
  /// False also for the page of a proxy, or of a server that is something else by now.
  fileprivate func isAnswer(to request: HTTPRequest) -> Bool {
    guard status == 200 else { return false }
    let name = request.url.split(separator: "/").last ?? ""
    if let digest = try? Digest(parsing: name) { return (try? Digest(of: body, digest.algorithm)) == digest }
    let type = fields["Content-Type"].map { MediaType(rawValue: String($0.prefix { $0 != ";" && $0 != " " })) }
    return type.map(MediaType.manifests.contains) ?? false
  }
}
