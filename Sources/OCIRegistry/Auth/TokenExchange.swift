import DockerConfig
import HTTP
import JSON

/// Gets a token for a registry from its token server.
///
/// https://distribution.github.io/distribution/spec/auth/token/ (GET) and …/oauth/ (POST)
struct TokenExchange: Sendable {
  let transport: any HTTPTransport
  /// The registry whose challenge this answers, for messages.
  let registry: String
  let realm: String
  /// False if the realm is in plain HTTP.
  let isSecure: Bool
  let service: String?
  let scopes: [Scope]
  /// The time of day.
  let now: @Sendable () -> Timestamp

  struct Token: Sendable {
    let value: Secret
    let lifetime: Duration
  }

  /// - Parameter challenge: Its scheme is Bearer.
  /// - Throws: `RegistryError.malformedAnswer` if it names no token server.
  init(
    _ challenge: Challenge,
    _ scopes: [Scope],
    registry: String,
    _ transport: any HTTPTransport,
    now: @escaping @Sendable () -> Timestamp
  ) throws {
    guard let realm = challenge.parameters["realm"], let origin = Origin(url: realm) else {
      let problem = "it requires a token, but gives no token server (realm)"
      throw RegistryError.malformedAnswer(from: registry, problem)
    }
    // Without a fragment: it is never sent, and what is added to it would be lost.
    (self.realm, isSecure) = (String(realm.prefix { $0 != "#" }), origin.isSecure)
    service = challenge.parameters["service"]
    (self.scopes, self.registry, self.transport, self.now) = (scopes, registry, transport, now)
  }

  /// Of a token whose server names no lifetime, by the specification.
  private static let defaultLifetime: Int64 = 60
  /// In seconds. As for docker, no token has a shorter one: it would be requested again for each request.
  private static let leastLifetime = 60
  /// In bytes. Servers accept header fields of 8 to 32 KiB, and libcurl sends less than 100.
  private static let longestToken = 64 << 10

  /// - Parameter postsIdentityToken: False if the server is known to have only the GET form.
  /// - Returns: The response, and whether it is one to the POST form.
  /// - Throws: `TransportError`.
  func answer(
    to found: FoundCredential,
    postsIdentityToken: Bool = true
  ) async throws -> (response: HTTPResponse, wasPosted: Bool) {
    switch found.credential {
    case .anonymous, .registryToken: return (try await get(authorization: nil), false)
    case .basic(let username, let password):
      return (try await get(account: username, authorization: .basic(username, password)), false)
    case .identityToken(let token):
      if postsIdentityToken {
        let response = try await post(refreshToken: token)
        // Servers without the POST form say so with one of these; docker then uses the GET form, too.
        guard [401, 404, 405].contains(response.status) else { return (response, true) }
      }
      return (try await get(authorization: .basic("", token)), false)
    }
  }

  private func get(account: String? = nil, authorization: Authorization?) async throws -> HTTPResponse {
    var query = scopes.map { ("scope", "\($0)") }
    if let service { query.insert(("service", service), at: 0) }
    if let account { query.append(("account", account)) }
    let separator = realm.contains("?") ? "&" : "?"
    var request = HTTPRequest(.get, query.isEmpty ? realm : realm + separator + formEncoded(query))
    request.fields["Authorization"] = authorization?.fieldValue
    return try await send(request)
  }

  private func post(refreshToken: Secret) async throws -> HTTPResponse {
    var form = [("grant_type", "refresh_token"), ("client_id", "docker-manifestx")]
    if let service { form.append(("service", service)) }
    if !scopes.isEmpty { form.append(("scope", scopes.map(\.description).joined(separator: " "))) }
    form.append(("refresh_token", refreshToken.revealed))
    return try await send(
      HTTPRequest(
        .post,
        realm,
        fields: ["Content-Type": "application/x-www-form-urlencoded"],
        body: Array(formEncoded(form).utf8)
      )
    )
  }

  /// A realm with `https` gets the password over TLS only, also on the host of a registry in plain HTTP.
  private func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    var request = request
    request.keepsScheme = true
    return try await transport.send(request)
  }

  /// - Throws: `RegistryError` if there is none in the response.
  func token(in response: HTTPResponse, _ found: FoundCredential) throws -> Token {
    if response.status == 403, let page = RegistryError.WebPage(response) {
      throw RegistryError.blocked(page, host: place(realm), what: "getting a token for \(registry)")
    }
    if response.isRefusal || response.refusesGrant && found.credential != .anonymous {
      throw RegistryError.refused(registry: registry, found, RegistryError.Detail.all(in: response))
    }
    try RegistryError.check(response, .get, realm)
    try RegistryError.checkNoWebPage(response, realm)
    do {
      let node = JSONNode(try JSONValue(decoding: response.body, duplicateNames: .refusedInAnyCase()))
      // The two names mean the same, and some servers send only the second, or an empty first one.
      let names = ["token", "access_token"]
      let values = try names.compactMap { name throws(JSONError) in try node.optional(name)?.string() }
      guard let value = values.first(where: { !$0.isEmpty }) else { throw JSONError.missing(path: "token") }
      guard value.isBearerToken else {
        throw RegistryError.malformedAnswer(from: realm, "the token contains invalid characters")
      }
      guard value.utf8.count <= Self.longestToken else {
        throw RegistryError.malformedAnswer(
          from: realm,
          "its token has \(value.utf8.count) bytes, and at most \(Self.longestToken) are supported"
        )
      }
      return Token(value: Secret(value), lifetime: try lifetime(node))
    } catch let error as JSONError {
      throw RegistryError.malformedAnswer(from: realm, "\(error)")
    }
  }

  /// From now on. The time of issue is used only where the two clocks agree so far that it can be true.
  private func lifetime(_ node: JSONNode) throws(JSONError) -> Duration {
    let stated = try node.optional("expires_in")?.integer() ?? Self.defaultLifetime
    let seconds = max(Self.leastLifetime, Int(clamping: stated))
    let issued = try node.optional("issued_at")?.string()
    let age = issued.flatMap(Timestamp.init(rfc3339:)).map { now().seconds - $0.seconds } ?? 0
    return .seconds((0..<seconds).contains(age) ? seconds - age : seconds)
  }
}

extension HTTPResponse {
  /// True if the identity token or the password that was sent is wrong, has expired or was revoked: RFC 6749 §5.2.
  fileprivate var refusesGrant: Bool {
    guard status == 400, let body = try? JSONValue(decoding: self.body) else { return false }
    return (try? JSONNode(body).optional("error")?.string()) == "invalid_grant"
  }
}

extension String {
  /// `b64token` in RFC 6750 §2.1, `token68` in RFC 9110 §11.2.
  fileprivate var isBearerToken: Bool {
    let rest = utf8.drop { byte in
      let letter = byte | 0x20
      return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._~+/".utf8.contains(byte)
    }
    return rest.count < utf8.count && rest.allSatisfy { $0 == UInt8(ascii: "=") }
  }
}

/// `application/x-www-form-urlencoded`, which also stands in a query.
private func formEncoded(_ pairs: [(name: String, value: String)]) -> String {
  pairs.map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
}
