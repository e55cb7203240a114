import HTTP
import Synchronization
import TestSupport

@testable import OCI
@testable import OCIRegistry

/// A registry at r.example whose token server, t.example, gives exactly what is asked for: a request is accepted only with
/// a token for its repository and its action. Knows who asked for what.
final class ScopeServer: Sendable {
  private struct State {
    var grants: [String: (scopes: [Scope], end: StoppedClock.Instant)] = [:]
    var requests: [HTTPRequest] = []
  }

  private let state = Mutex(State())
  /// Of a token, in seconds.
  private let lifetime: Int
  private let clock: StoppedClock
  /// Only this password is accepted.
  private let password: String?
  /// What a challenge asks for in addition to what the request needs.
  private let extraScope: String

  init(lifetime: Int = 300, clock: StoppedClock = StoppedClock(), password: String? = nil, extraScope: String = "") {
    (self.lifetime, self.clock, self.password, self.extraScope) = (lifetime, clock, password, extraScope)
  }

  var requests: [HTTPRequest] { state.withLock(\.requests) }

  /// The scopes of each token request, in the order of the requests.
  var tokenRequests: [[Scope]] { requests.filter { $0.url.hasPrefix("https://t.example/") }.map(Self.scopes) }

  /// How often the registry refused a request.
  var refusals: Int { refused.withLock { $0 } }
  private let refused = Mutex(0)

  func answer(_ request: HTTPRequest) async -> ScriptedTransport.Answer {
    let number = state.withLock { state in
      state.requests.append(request)
      return state.requests.count
    }
    // Requests that are in flight together are answered together.
    for _ in 0..<100 { await Task.yield() }
    if request.url.hasPrefix("https://t.example/") { return grant(request, "t\(number)") }
    let needed = Self.needed(by: request)
    let token = request.fields["Authorization"]?.split(separator: " ").last.map(String.init) ?? ""
    let required = needed + (extraScope.isEmpty ? [] : [Scope(parsing: extraScope[...])])
    if let grant = state.withLock({ $0.grants[token] }), clock.now < grant.end, grant.scopes.covers(required) {
      return request.method == .put
        ? .status(201, ["Docker-Content-Digest": request.body.bytes.map { $0.isEmpty ? "" : Self.digest($0) } ?? ""])
        : .status(200, ["Content-Type": "application/vnd.oci.image.index.v1+json"], body: "{}")
    }
    refused.withLock { $0 += 1 }
    let scope = required.map(\.description).joined(separator: " ")
    return .status(
      401,
      ["WWW-Authenticate": #"Bearer realm="https://t.example/token",service="r.example",scope="\#(scope)""#]
    )
  }

  private func grant(_ request: HTTPRequest, _ token: String) -> ScriptedTransport.Answer {
    if let password, request.fields["Authorization"] != Authorization.basic("me", .init(password)).fieldValue {
      return .status(401)
    }
    let end = clock.now + .seconds(lifetime)
    state.withLock { $0.grants[token] = (Self.scopes(request), end) }
    return .status(200, body: #"{"token":"\#(token)","expires_in":\#(lifetime)}"#)
  }

  private static func scopes(_ request: HTTPRequest) -> [Scope] {
    request.url.split(separator: "&").filter { $0.contains("scope=") }.map { pair in
      let text = pair.replacing("%3A", with: ":").replacing("%2C", with: ",").replacing("%2F", with: "/").replacing(
        "%2A",
        with: "*"
      )
      return Scope(parsing: text[(text.firstIndex(of: "=").map { text.index(after: $0) } ?? text.startIndex)...])
    }
  }

  /// `/v2/a/manifests/v1`: of `a`, to push with PUT or POST; `?from=b`: to pull from there, too.
  private static func needed(by request: HTTPRequest) -> [Scope] {
    let path = request.url.split(separator: "/").dropFirst(3).prefix { $0 != "manifests" && $0 != "blobs" }
    let repository = Repository(registry: Registry(host: "r.example"), path: path.joined(separator: "/"))
    var scopes = [Scope(repository, request.method == .get ? .pull : .pullAndPush)]
    if let from = request.url.firstRange(of: "from=") {
      let source = Repository(registry: repository.registry, path: String(request.url[from.upperBound...]))
      scopes.append(Scope(source, .pull))
    }
    return scopes
  }

  private static func digest(_ bytes: [UInt8]) -> String { (try? Digest(of: bytes))?.description ?? "" }
}
