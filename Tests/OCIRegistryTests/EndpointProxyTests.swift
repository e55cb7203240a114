import HTTP
import TestSupport
import Testing

@testable import OCIRegistry

/// An insecure registry behind a proxy that did not accept the password with CONNECT.
extension EndpointTransportTests {
  private static let refused = TransportError.proxy(
    "http://proxy.example:3128",
    .credentials(variable: "HTTPS_PROXY", areRefused: true)
  )

  static let refusals: [(fields: HTTPFields, isRegistrys: Bool)] = [
    (["WWW-Authenticate": "Basic realm=\"proxy\""], false),
    (["WWW-Authenticate": "Basic realm=\"r\"", "Docker-Distribution-Api-Version": "registry/2.0"], true),
    (["WWW-Authenticate": "Bearer realm=\"https://auth.example/token\""], true),
  ]

  /// Plain HTTP may go through another proxy, or one that takes the password there.
  @Test(arguments: refusals)
  func aRefusalOfTheProxyIsNotTheRegistrys(fields: HTTPFields, isRegistrys: Bool) async throws {
    let scripted = ScriptedTransport([.failure(Self.refused), .status(401, fields)])
    let endpoint = try endpoint(scripted)
    if isRegistrys {
      #expect(try await endpoint.send(HTTPRequest(.get, Self.https)).status == 401)
    } else {
      await #expect(throws: Self.refused) { try await endpoint.send(HTTPRequest(.get, Self.https)) }
    }
  }
}
