import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

@Suite struct TagListTests {
  private static let url = "https://r.example/v2/a/tags/list"

  /// A page of two tags, and its `Link`.
  private static func page(_ number: Int, next: String? = "/v2/a/tags/list?page=next") -> ScriptedTransport.Answer {
    .status(
      200,
      next.map { ["Link": "<\($0)>; rel=\"next\""] } ?? [:],
      body: #"{"tags":["\#(number)a","\#(number)b"]}"#
    )
  }

  @Test func readsPageAfterPage() async throws {
    let scripted = ScriptedTransport([Self.page(1), Self.page(2, next: "./list?page=3"), Self.page(3, next: nil)])
    #expect(try await client(scripted).tags().map(\.text) == ["1a", "1b", "2a", "2b", "3a", "3b"])
    #expect(scripted.urls == ["\(Self.url)?n=1000", "\(Self.url)?page=next", "\(Self.url)?page=3"])
  }

  @Test func doesNotReadMoreThanIsAskedFor() async throws {
    let limited = ScriptedTransport([Self.page(1), Self.page(2)])
    #expect(try await client(limited).tags(limit: 3).map(\.text) == ["1a", "1b", "2a"])
    #expect(limited.urls.first == "\(Self.url)?n=3")
    let paged = ScriptedTransport([Self.page(1), Self.page(2)])
    #expect(try await client(paged).tags(pages: 2).count == 4)
    #expect(paged.requests.count == 2)
  }

  /// With the credential, no request goes to another host, or to another part of this one.
  @Test(arguments: ["https://thief.example/v2/a/tags/list?page=next", "//thief.example/v2/a/tags/list?page=next"])
  func theNextPageIsInTheSameRegistry(link: String) async throws {
    let scripted = ScriptedTransport([Self.page(1, next: link), Self.page(2, next: nil)])
    #expect(try await client(scripted).tags().count == 4)
    #expect(scripted.urls.last == "\(Self.url)?page=next")
  }

  static let otherPlaces =
    ["/admin?x=y", "https://r.example/", "https://r.example"]
    + [
      "/v2/../etc?x=2", "/registry/v2/a/tags/list", "about:blank", "/v2/%2e%2E/etc", "/v2/a/..%2F..%2Fetc",
      "/v2/a%5c..%5Cetc", "../../../etc",
    ]

  @Test(arguments: otherPlaces)
  func theNextPageIsInTheAPI(link: String) async throws {
    let scripted = ScriptedTransport([Self.page(1, next: link)])
    let error = await #expect(throws: RegistryError.self) { try await client(scripted).tags() }
    #expect("\(try #require(error))".hasSuffix("not complete: the address of the next page is not in its API"))
    #expect(scripted.requests.count == 1)
    // For suggestions, these are enough.
    #expect(try await client(ScriptedTransport([Self.page(1, next: link)])).tags(pages: 3).map(\.text) == ["1a", "1b"])
  }

  /// Registries answer null for a repository without tags. Another server's document is no list.
  @Test(arguments: [(#"{"name":"a","tags":null}"#, true), (#"{"name":"a"}"#, true), (#"{"status":"up"}"#, false)])
  func aListWithoutTagsIsStillAList(body: String, isList: Bool) async throws {
    let tags = try? await client(ScriptedTransport([.status(200, body: body)])).tags()
    #expect(tags == (isList ? [] : nil))
  }

  @Test func oneTagOnEachPageIsAnError() async throws {
    let scripted = ScriptedTransport { request in
      let number = request.url.split(separator: "=").last.flatMap { Int($0) } ?? 0
      return .status(200, ["Link": "<list?page=\(number + 1)>; rel=next"], body: #"{"tags":["t\#(number)"]}"#)
    }
    let error = await #expect(throws: RegistryError.self) { try await client(scripted).tags(limit: 20_000) }
    #expect("\(try #require(error))".hasSuffix("not complete: it has more than 10000 pages"))
  }

  /// A page can be empty, but not without end, and each other page has new tags.
  @Test func endlessPagesAreAnError() async throws {
    let empty = ScriptedTransport.Answer.status(200, ["Link": "<list?page=2>; rel=\"next\""], body: #"{"tags":[]}"#)
    #expect(try await client(ScriptedTransport([empty, Self.page(1, next: nil)])).tags().count == 2)
    for scripted in [
      ScriptedTransport([Self.page(1), Self.page(1)]), ScriptedTransport([Self.page(1), Self.page(2), Self.page(3)]),
      ScriptedTransport { request in
        .status(
          200,
          ["Link": "<list?page=\(request.url.count)\(request.url.last ?? "x")>; rel=next"],
          body: #"{"tags":[]}"#
        )
      },
    ] {
      let error = await #expect(throws: RegistryError.self) { try await client(scripted).tags() }
      #expect("\(try #require(error))".hasSuffix("not complete: it repeats its pages"))
    }
  }

  /// Registries that filter tags after they have divided them into pages have few empty ones in a row, and many altogether.
  @Test func emptyPagesAreCountedAnewAfterEachTag() async throws {
    let empty = (0..<10).map { number in
      ScriptedTransport.Answer.status(200, ["Link": "<list?page=\(number)>; rel=next"], body: #"{"tags":[]}"#)
    }
    let pages = empty + [Self.page(1)] + empty + [Self.page(2, next: nil)]
    #expect(try await client(ScriptedTransport(pages)).tags().map(\.text) == ["1a", "1b", "2a", "2b"])
  }

  private func client(_ scripted: ScriptedTransport) async -> RepositoryClient {
    let registries = Registries(scripted: scripted, keychain: FixedKeychain(.anonymous))
    return await registries.repository(Repository(registry: Registry(host: "r.example"), path: "a"))
  }
}
