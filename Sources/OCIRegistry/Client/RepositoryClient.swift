import HTTP
import OCI

/// Speaks with one repository of a registry; nothing can be sent to another one with it.
///
/// Distribution spec: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
package struct RepositoryClient: Sendable {
  package let repository: Repository
  /// True if something will be pushed, so that the first token allows it already.
  let willPush: Bool
  let transport: any RegistryTransport
  let endpoint: EndpointTransport
  let authorizer: Authorizer
  let documents: DocumentReader
  let uploads: UploadLimit
  let backOff: BackOff
  /// Of the registry whose images are read, where this one is a mirror of it.
  var originalHost: String?

  /// Sends, and turns every error that does not depend on what was asked into a `RegistryError`.
  ///
  /// - Parameters:
  ///   - access: What the request needs.
  ///   - others: What it needs of other repositories.
  ///   - what: What is being done, for a message: "pushing test/app:v1".
  func send(
    _ request: HTTPRequest,
    needing access: Scope.Access = .pull,
    and others: [Scope] = [],
    _ what: String
  ) async throws -> HTTPResponse {
    let host = repository.registry.host
    do {
      return try await transport.send(request, needing: [Scope(repository, willPush ? .pullAndPush : access)] + others)
    } catch let refusal as Refusal {
      throw refusal.error(registry: host, what: what)
    } catch TransportError.tooLarge(let host, let limit) {
      throw RegistryError.tooLarge(what: what, host: host, limit: limit)
    } catch let error as TransportError {
      throw await endpoint.explained(error)
    }
  }

  /// Sends a request, and reads its response without many large ones being in memory at the same time.
  ///
  /// - Parameters:
  ///   - size: Of the response in bytes, where it is known.
  ///   - read: What it returns must not contain the response's bytes.
  func send<Value: Sendable>(
    _ request: HTTPRequest,
    size: Int64? = nil,
    _ what: String,
    _ read: @Sendable (HTTPResponse) throws -> Value
  ) async throws -> Value {
    let send: @Sendable (Int) async throws -> HTTPResponse = { limit in
      var request = request
      request.bodyLimit = limit
      return try await self.send(request, what)
    }
    return try await documents.read(size: size, send: send, read)
  }

  /// The URL of a path in this repository.
  func url(_ path: String) -> String {
    EndpointTransport.url(repository.registry, "/v2/\(repository.path)/\(path)") + query
  }

  /// Which registry a mirror is asked for: `ns`, as containerd sends it.
  var query: String { originalHost.map { "?ns=\($0.percentEncoded)" } ?? "" }
}
