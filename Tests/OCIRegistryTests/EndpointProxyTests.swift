import HTTP
import TestSupport
import Testing

@testable import OCIRegistry

/// An insecure registry, and a proxy that did not accept the password with CONNECT.
extension EndpointTransportTests {
  private static let refused = TransportError.proxy(
    "http://proxy.example:3128",
    .credentials(variable: "HTTPS_PROXY", areRefused: true)
  )

  private struct Proxied: HTTPTransport {
    let base: ScriptedTransport
    let isProxied: Bool

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
      var response = try await base.send(request)
      response.metrics.isProxied = isProxied
      return response
    }
  }

  static let refusals: [(fields: HTTPFields, isProxied: Bool, isRegistrys: Bool)] = [
    (["WWW-Authenticate": "Basic realm=\"proxy\""], true, false),
    (["WWW-Authenticate": "Basic realm=\"r\""], false, true),
    (["WWW-Authenticate": "Basic realm=\"r\"", "Docker-Distribution-Api-Version": "registry/2.0"], true, true),
    (["WWW-Authenticate": "Bearer realm=\"https://auth.example/token\""], true, true),
  ]

  /// Plain HTTP may go through another proxy or none, or through one that takes the password there.
  @Test(arguments: refusals)
  func aRefusalOfTheProxyIsNotTheRegistrys(fields: HTTPFields, isProxied: Bool, isRegistrys: Bool) async throws {
    let scripted = ScriptedTransport([.failure(Self.refused), .status(401, fields)])
    let endpoint = try endpoint(Proxied(base: scripted, isProxied: isProxied))
    if isRegistrys {
      #expect(try await endpoint.send(HTTPRequest(.get, Self.https)).status == 401)
    } else {
      await #expect(throws: Self.refused) { try await endpoint.send(HTTPRequest(.get, Self.https)) }
    }
  }
}
