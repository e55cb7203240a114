import HTTP
import JSON
import OCI
import Synchronization

/// Reads from mirrors first, and from the registry itself where no mirror has it. What is written goes to the registry.
///
/// What is streamed comes from the registry, too: it cannot be looked at before it is passed on.
///
/// https://docs.docker.com/docker-hub/image-library/mirror/
struct MirroringTransport: RegistryTransport {
  struct Mirror: Sendable {
    /// Without a slash at the end: `https://mirror.example.com`.
    let url: String
    /// With the mirror's own certificates and credentials: it never gets the registry's.
    let transport: any RegistryTransport
  }

  let base: any RegistryTransport
  /// What the URLs of the registry begin with.
  let registryURL: String
  let mirrors: [Mirror]
  /// Mirrors to which there is no connection: each request would wait for the time limit again.
  let failed: FailedMirrors
  let onEvent: @Sendable (RegistryEvent) -> Void

  func send(_ request: HTTPRequest, needing scopes: [Scope]) async throws -> HTTPResponse {
    guard request.method == .get || request.method == .head, request.sink == nil,
      request.url.hasPrefix("\(registryURL)/"),
      // What else there is, such as the tags, a mirror knows in part only.
      request.url.contains("/manifests/") || request.url.contains("/blobs/")
    else {
      return try await base.send(request, needing: scopes)
    }
    for mirror in mirrors where !failed.contains(mirror.url) {
      var mirrored = request
      mirrored.url = mirror.url + request.url.dropFirst(registryURL.count)
      do {
        let response = try await mirror.transport.send(mirrored, needing: scopes)
        if response.isAnswer(to: mirrored) { return response }
        onEvent(.mirrorHasNoAnswer(url: mirror.url, status: response.status))
      } catch let refusal as Refusal {
        onEvent(.mirrorHasNoAnswer(url: mirror.url, status: refusal.status))
      } catch {
        if error.isOfMirror { failed.insert(mirror.url) }
        onEvent(.mirrorFailed(url: mirror.url, error))
      }
    }
    return try await base.send(request, needing: scopes)
  }
}

/// The URLs of mirrors that are left out for the rest of the run.
final class FailedMirrors: Sendable {
  private let urls = Mutex<Set<String>>([])

  func contains(_ url: String) -> Bool { urls.withLock { $0.contains(url) } }

  func insert(_ url: String) { urls.withLock { _ = $0.insert(url) } }
}

extension HTTPResponse {
  /// False for the page of a proxy, and of a server that is no mirror any more.
  fileprivate func isAnswer(to request: HTTPRequest) -> Bool {
    guard status == 200 else { return false }
    let name = request.url.split(separator: "/").last ?? ""
    if let digest = try? Digest(parsing: name) { return (try? Digest(of: body, digest.algorithm)) == digest }
    if request.method == .get {
      // What is no document, or not the one that is named, is looked for in the registry itself.
      guard body.first(where: { !$0.isBlank }) == UInt8(ascii: "{") else { return false }
      if let stated = try? digest, (try? Digest(of: body, stated.algorithm)) != stated { return false }
      // A cache may have stored a part of it.
      do { _ = try MediaType.named(inManifest: body) } catch { return false }
    }
    return MediaType.manifests.contains(mediaType)
  }
}

extension Error {
  /// True where the mirror, or its token server, would not answer another request either.
  fileprivate var isOfMirror: Bool {
    switch self as? RegistryError {
    case .tokenServer(let error, _, _, _): error.isOfHost
    case .redirect: true
    default: (self as? TransportError)?.isOfHost == true
    }
  }
}
