import DockerConfig
import HTTP
import OCI

/// How a repository was spoken to, so that a person can send the same requests with another program. Without secrets.
package struct RepositoryAccess: Sendable, Hashable {
  /// `https://registry.example.com/v2/test/app`
  package let url: String
  /// What follows the path in each URL: empty, or `?ns=docker.io` for a mirror.
  package let query: String
  package private(set) var connection: Connection
  package private(set) var authentication: Authentication

  package struct Connection: Sendable, Hashable {
    package fileprivate(set) var tls = TLSSettings()
    /// The only address that is covered, where addresses are the reason that the host is insecure.
    package var address: String?
  }

  package enum Authentication: Sendable, Hashable {
    /// The registry did not require any.
    case none
    /// A user name and a password with each request.
    case basic
    /// A token that is stored, and that is sent unchanged.
    case registryToken
    case token(TokenRequest)
  }

  /// A request for a token that allows to pull.
  package struct TokenRequest: Sendable, Hashable {
    /// Of the token server, as the registry names it.
    package private(set) var realm: String
    package private(set) var service: String?
    /// `repository:test/app:pull`, and what the registry has asked for as well.
    package private(set) var scopes: [String]
    package fileprivate(set) var connection: Connection
    package let account: Account

    package enum Account: Sendable, Hashable {
      case anonymous, password
      /// `isPosted`: in a form. Otherwise it is sent as a password without a name, to a server that has only the GET form.
      case identityToken(isPosted: Bool)
    }

    /// What the registry has sent, with `***` in place of a secret that it repeats.
    fileprivate func redacting(_ secrets: KnownSecrets) -> TokenRequest {
      var request = self
      (request.realm, request.service) = (secrets.redacting(realm), service.map(secrets.redacting))
      request.scopes = scopes.map(secrets.redacting)
      return request
    }
  }

  /// The same, to be shown.
  package func redacting(_ secrets: KnownSecrets) -> RepositoryAccess {
    guard case .token(let request) = authentication else { return self }
    var access = self
    access.authentication = .token(request.redacting(secrets))
    return access
  }

  /// The same without certificates that were left out.
  package func without(_ unusable: [UnusableCertificates]) -> RepositoryAccess {
    var access = self
    access.connection.tls = connection.tls.without(unusable)
    if case .token(var request) = authentication {
      request.connection.tls = request.connection.tls.without(unusable)
      access.authentication = .token(request)
    }
    return access
  }
}

extension RepositoryAccess.Connection {
  fileprivate init(_ request: HTTPRequest) { self.init(tls: request.tls, address: request.addresses.first) }
}

extension RepositoryClient {
  /// Known after the first request.
  package func access() async -> RepositoryAccess {
    let url = EndpointTransport.url(repository.registry, "/v2/\(repository.path)")
    let base = await endpoint.prepared(HTTPRequest(.get, url))
    return RepositoryAccess(
      url: base.url,
      query: query,
      connection: RepositoryAccess.Connection(base),
      authentication: await authentication()
    )
  }

  private func authentication() async -> RepositoryAccess.Authentication {
    let (challenges, credential, isPosted) = await authorizer.knownAccess
    if challenges.isEmpty { return .none }
    let account: RepositoryAccess.TokenRequest.Account
    switch credential {
    case nil, .anonymous: account = .anonymous
    case .basic: account = .password
    case .identityToken: account = .identityToken(isPosted: isPosted)
    case .registryToken: return .registryToken
    }
    guard let challenge = challenges.first(where: \.leadsToToken), let realm = challenge.parameters["realm"] else {
      return account == .password ? .basic : .none
    }
    var request = HTTPRequest(.get, realm)
    request.keepsScheme = true
    return .token(
      RepositoryAccess.TokenRequest(
        realm: realm,
        service: challenge.parameters["service"],
        scopes: await authorizer.scopes(covering: [Scope(repository, .pull)]).map(\.description),
        connection: RepositoryAccess.Connection(await endpoint.prepared(request)),
        account: account
      )
    )
  }
}
