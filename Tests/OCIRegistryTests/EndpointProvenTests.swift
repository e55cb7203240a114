import HTTP
import TestSupport
import Testing

@testable import OCIRegistry

/// A registry that has answered over verified TLS, and then its connections are cut: by somebody who wants its password.
/// (127.1 is 127.0.0.1 to the resolver of every machine, and to nobody else.)
extension EndpointTransportTests {
  private static let cut = TransportError.cut(host: "127.1", reason: "reset")

  @Test(arguments: schemes)
  func afterAVerifiedAnswerNoAddressMakesItInsecure(error: TransportError, _: Bool) async throws {
    let scripted = ScriptedTransport([.status(401), .failure(error)])
    let endpoint = try endpoint(scripted, "127.1", requested: [])
    _ = try await endpoint.send(HTTPRequest(.get, "https://127.1/v2/"))
    await #expect(throws: error) { try await endpoint.send(HTTPRequest(.get, "https://127.1/v2/")) }
    #expect(scripted.requests.map(\.tls.verifiesServer) == [true, true])
    #expect(await endpoint.reason == nil)
  }

  @Test func afterAVerifiedConnectionNoAddressMakesItInsecure() async throws {
    let scripted = ScriptedTransport([.failure(Self.cut)])
    let endpoint = try endpoint(scripted, "127.1", requested: [])
    await endpoint.wasVerified()
    await #expect(throws: Self.cut) { try await endpoint.send(HTTPRequest(.get, "https://127.1/v2/")) }
  }

  /// Its name is looked up there. Only ranges of addresses are a reason to look it up here, too.
  @Test(arguments: [nil, #"["192.0.2.0/24"]"#])
  func aFailureOfTheProxyIsNoReasonToLookUp(ranges: String?) async throws {
    let error = TransportError.proxy("p.example:3128", .other("refused"))
    let settings = try TemporaryDirectory([
      "etc/docker/daemon.json": #"{"insecure-registries":\#(ranges ?? "[]")}"#
    ])
    let scripted = ScriptedTransport([.failure(error), .failure(error), .status(200)])
    let endpoint = try endpoint(scripted, "127.1", requested: [], settings)
    _ = try? await endpoint.send(HTTPRequest(.get, "https://127.1/v2/"))
    #expect(scripted.requests.count == (ranges == nil ? 1 : 3))
  }

  @Test func aVerifiedConnectionDoesNotCountWhereTheNameIsInsecure() async throws {
    let scripted = ScriptedTransport([.status(200)])
    let endpoint = try endpoint(scripted)
    await endpoint.wasVerified()
    _ = try await endpoint.send(HTTPRequest(.get, Self.https))
    #expect(scripted.requests.map(\.tls.verifiesServer) == [false])
    #expect(await endpoint.reason == .requested)
  }

  /// The answer comes while another request, which broke before, is tried without verification.
  @Test func aVerifiedAnswerEndsTheOtherTries() async throws {
    let (begun, isBegun) = AsyncStream<Void>.makeStream()
    let (answered, isAnswered) = AsyncStream<Void>.makeStream()
    let scripted = ScriptedTransport { request in
      switch (request.url, request.tls.verifiesServer) {
      case ("https://127.1/v2/slow", true):
        for await _ in begun {}
        return .status(200)
      case ("https://127.1/v2/", true): return .failure(Self.cut)
      case ("https://127.1/v2/", false):
        isBegun.finish()
        for await _ in answered {}
        return .failure(Self.cut)
      case ("https://127.1/v2/next", true): return .status(200)
      default: return nil
      }
    }
    let endpoint = try endpoint(scripted, "127.1", requested: [])
    async let slow = endpoint.send(HTTPRequest(.get, "https://127.1/v2/slow")).status
    while scripted.requests.isEmpty { await Task.yield() }
    let broken = Task { try await endpoint.send(HTTPRequest(.get, "https://127.1/v2/")).status }
    #expect(try await slow == 200)
    isAnswered.finish()
    await #expect(throws: Self.cut) { try await broken.value }
    #expect(try await endpoint.send(HTTPRequest(.get, "https://127.1/v2/next")).status == 200)
    #expect(await endpoint.reason == nil)
  }
}
