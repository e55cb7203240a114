import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

@Suite struct ReferrersTests {
  private static let image = "sha256:" + String(repeating: "1", count: 64)
  private static let base = "https://r.example/v2/a"

  /// An index of one signature, and its `Link`.
  private static func page(_ number: Int, next: String? = nil) -> ScriptedTransport.Answer {
    let digest = "sha256:" + String(repeating: "\(number)", count: 64)
    let entry =
      #"{"mediaType":"m","size":\#(number),"digest":"\#(digest)","artifactType":"a/sig","annotations":{"a":"b"}}"#
    let type = MediaType.ociIndex.rawValue
    return .status(
      200,
      next.map { ["Content-Type": type, "Link": "<\($0)>; rel=\"next\""] } ?? ["Content-Type": type],
      body: #"{"schemaVersion":2,"manifests":[\#(entry)]}"#
    )
  }

  private static let missing = ScriptedTransport.Answer.status(404, body: #"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#)

  /// Some answers to the requests, without those for the base of the API.
  private func script(_ answers: [String: ScriptedTransport.Answer]) -> ScriptedTransport {
    ScriptedTransport { request in
      request.url.hasSuffix("/v2/") ? .status(200) : answers[String(request.url.dropFirst(Self.base.count))]
    }
  }

  private func referrers(_ answers: [String: ScriptedTransport.Answer]) async throws -> Referrers {
    let registries = Registries(scripted: script(answers), keychain: FixedKeychain(.anonymous))
    let client = await registries.repository(Repository(registry: Registry(host: "r.example"), path: "a"))
    return try await client.referrers(of: Digest(parsing: Self.image))
  }

  private static let list = "/referrers/\(image)"
  private static let tag = "/manifests/\(image.replacing(":", with: "-"))"

  @Test func readsPageAfterPageWithoutAnnotations() async throws {
    let next = "/referrers/x?page=2"
    let found = try await referrers([Self.list: Self.page(1, next: "/v2/a\(next)"), next: Self.page(2)])
    #expect(found.hasAPI)
    #expect(found.manifests.map(\.size) == [1, 2])
    #expect(found.manifests.allSatisfy { $0.annotations.isEmpty && $0.artifactType?.rawValue == "a/sig" })
    #expect(found.isComplete)
  }

  /// An endless list, and a page that is missing.
  @Test func tellsThatThereAreMore() async throws {
    let more = ["/referrers/x?page=1", "/referrers/x?page=2"]
    let endless = try await referrers([
      Self.list: Self.page(1, next: "/v2/a\(more[0])"), more[0]: Self.page(2, next: "/v2/a\(more[1])"),
      more[1]: Self.page(2, next: "/v2/a\(more[0])"),
    ])
    #expect(endless.manifests.count == 10 && !endless.isComplete)
    let cut = try await referrers([
      Self.list: Self.page(1, next: "/v2/a\(more[0])"), more[0]: Self.missing, Self.tag: Self.page(3),
    ])
    #expect(cut.hasAPI && cut.manifests.map(\.size) == [1] && !cut.isComplete)
  }

  /// "Referrers Tag Schema".
  @Test(arguments: [400, 404, 405, 501])
  func withoutTheAPIReadsTheTag(status: Int) async throws {
    let found = try await referrers([Self.list: .status(status), Self.tag: Self.page(3)])
    #expect(!found.hasAPI && found.manifests.map(\.size) == [3])
    let none = try await referrers([Self.list: .status(status), Self.tag: Self.missing])
    #expect(!none.hasAPI && none.manifests.isEmpty)
  }

  @Test(arguments: [ScriptedTransport.Answer.status(410), .status(200, body: "<html>")])
  func anotherAnswerIsAnError(answer: ScriptedTransport.Answer) async {
    await #expect(throws: RegistryError.self) { try await referrers([Self.list: answer, Self.tag: Self.page(3)]) }
  }
}
