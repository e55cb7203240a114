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
  let service: String?
  let scopes: [String]

  struct Token: Sendable {
    let value: Secret
    let lifetime: Duration
  }

  /// What a token server that says nothing of it means, by the specification.
  private static let usualLifetime: Int64 = 60

  /// - Throws: `RegistryError` or `TransportError` if there is no token to be had.
  func token(for found: FoundCredential) async throws -> Token {
    switch found.credential {
    case .anonymous, .registryToken: return try read(await get(authorization: nil), found)
    case .basic(let username, let password):
      let authorization = basicAuthorization(username, password)
      return try read(await get(account: username, authorization: authorization), found)
    case .identityToken(let token):
      let response = try await post(refreshToken: token)
      // Servers without the POST form say so in one of these ways; docker then asks the other way, too.
      guard [401, 404, 405].contains(response.status) else { return try read(response, found) }
      return try read(await get(authorization: basicAuthorization("", token)), found)
    }
  }

  private func get(account: String? = nil, authorization: Secret?) async throws -> HTTPResponse {
    var query = scopes.map { ("scope", $0) }
    if let service { query.insert(("service", service), at: 0) }
    if let account { query.append(("account", account)) }
    let separator = realm.contains("?") ? "&" : "?"
    var request = HTTPRequest(.get, query.isEmpty ? realm : realm + separator + formEncoded(query))
    request.fields["Authorization"] = authorization?.revealed
    return try await transport.send(request)
  }

  private func post(refreshToken: Secret) async throws -> HTTPResponse {
    var form = [("grant_type", "refresh_token"), ("client_id", "docker-manifestx")]
    if let service { form.append(("service", service)) }
    if !scopes.isEmpty { form.append(("scope", scopes.joined(separator: " "))) }
    form.append(("refresh_token", refreshToken.revealed))
    return try await transport.send(
      HTTPRequest(
        .post,
        realm,
        fields: ["Content-Type": "application/x-www-form-urlencoded"],
        body: Array(formEncoded(form).utf8)
      )
    )
  }

  private func read(_ response: HTTPResponse, _ found: FoundCredential) throws -> Token {
    if [401, 403].contains(response.status) {
      throw RegistryError.refused(registry: registry, found, RegistryError.Detail.all(in: response))
    }
    try RegistryError.check(response, .get, realm)
    do {
      let node = JSONNode(try JSONValue(decoding: response.body))
      // The two names mean the same, and some servers send only the second, or an empty first one.
      let names = ["token", "access_token"]
      let values = try names.compactMap { name throws(JSONError) in try node.optional(name)?.string() }
      guard let value = values.first(where: { !$0.isEmpty }) else { throw JSONError.missing(path: "token") }
      guard value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw RegistryError.nonsense(from: realm, "its token holds characters that no token can hold")
      }
      return Token(value: Secret(value), lifetime: try lifetime(node))
    } catch let error as JSONError {
      throw RegistryError.nonsense(from: realm, "\(error)")
    }
  }

  /// From now on. The moment of issue counts only where the two clocks agree so far that it can be true.
  private func lifetime(_ node: JSONNode) throws(JSONError) -> Duration {
    let seconds = max(0, Int(clamping: try node.optional("expires_in")?.integer() ?? Self.usualLifetime))
    let issued = try node.optional("issued_at")?.string()
    let age = issued.flatMap(Timestamp.init(rfc3339:)).map { Timestamp.now.seconds - $0.seconds } ?? 0
    return .seconds((0..<seconds).contains(age) ? seconds - age : seconds)
  }
}

/// The value of an `Authorization` field (RFC 7617).
func basicAuthorization(_ username: String, _ password: Secret) -> Secret {
  Secret("Basic \(base64("\(username):\(password.revealed)"))")
}

/// `application/x-www-form-urlencoded`, which also stands in a query.
private func formEncoded(_ pairs: [(name: String, value: String)]) -> String {
  pairs.map { "\($0.name)=\(percentEncoded($0.value))" }.joined(separator: "&")
}

/// All but RFC 3986's unreserved characters.
private func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF")
  return text.utf8.map { byte in
    let scalar = Unicode.Scalar(byte)
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": return String(scalar)
    default: return "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
  }.joined()
}
