import HTTP
import Testing

@testable import OCI
@testable import OCIRegistry

@Suite struct RegistryErrorTests {
  private static let app = Reference(Repository(registry: Registry(host: "r.example"), path: "a"), tag: Tag(text: "v1"))

  static let errors: [(error: RegistryError, isTransient: Bool)] = [
    (.notFound(app, []), true),
    (.busy(status: 429, what: "GET", retryAfter: nil, isTooLong: false, remaining: nil, []), true),
    (.unexpected(status: 503, what: "GET", []), true),
    (.unexpected(status: 400, what: "GET", []), false),
    (.noToken(.unexpected(status: 503, what: "GET", []), registry: "r.example"), true),
    // A registry, or its token server, that is being started.
    (.transport(.cannotConnect(host: "r.example", reason: "refused"), registry: "r.example", isInsecure: false), true),
    (
      .tokenServer(.cannotConnect(host: "t.example", reason: "refused"), registry: "r.example", isInsecure: false), true
    ),
    (.transport(.cut(host: "r.example", reason: "reset"), registry: "r.example", isInsecure: false), true),
    (.transport(.untrusted(host: "r.example", .expired), registry: "r.example", isInsecure: false), false),
    (.blocked(.init(server: nil), host: "r.example", what: "pulling"), false),
  ]

  /// What `--wait` and `wait_for_image` wait for.
  @Test(arguments: errors)
  func isTransientWhereTheSameRequestMaySucceedLater(error: RegistryError, isTransient: Bool) {
    #expect(error.isTransient == isTransient)
  }
}
