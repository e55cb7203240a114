import DockerConfig
import FoundationEssentials
import Glibc
import HTTP
import TestSupport
import Testing

@testable import OCI
@testable import OCIRegistry

/// One of everything for each host, also for many lists in parallel.
@Suite(.timeLimit(.minutes(1)), .serialized) struct RegistriesTests {
  private static let list = Array(#"{"schemaVersion":2}"#.utf8)
  private static let me = Credential.basic(username: "me", password: Secret("right"))

  @Test func tenListsOfOneRepositoryAskOnce() async throws {
    let server = ScopeServer(password: "right")
    let keychain = FixedKeychain(Self.me)
    let registries = Registries(scripted: ScriptedTransport(answer: server.answer), keychain: keychain)
    let failures = await publish(10, registries) { _ in "test/app" }
    #expect(failures == [])
    #expect(keychain.hosts == ["r.example"])
    #expect(server.tokenRequests.map { $0.map(\.description) } == [["repository:test/app:pull,push"]])
    // Two reads of each list went without a token; no write did.
    #expect(server.refusals <= 20)
    #expect(server.requests.filter { $0.method == .put }.count == 10)
  }

  @Test func tenListsOfTenRepositoriesAskOnceForEach() async throws {
    let server = ScopeServer(password: "right")
    let keychain = FixedKeychain(Self.me)
    let registries = Registries(scripted: ScriptedTransport(answer: server.answer), keychain: keychain)
    let failures = await publish(10, registries) { "test/app\($0)" }
    #expect(failures == [])
    #expect(keychain.hosts == ["r.example"])
    #expect(server.tokenRequests.count == 10)
    #expect(server.tokenRequests.allSatisfy { $0.count == 1 })
    #expect(server.requests.filter { $0.method == .put }.count == 10)
  }

  @Test func tenListsSendAWrongPasswordOnce() async throws {
    let server = ScopeServer(password: "another")
    let keychain = FixedKeychain(Self.me)
    let registries = Registries(scripted: ScriptedTransport(answer: server.answer), keychain: keychain)
    let failures = await publish(10, registries) { "test/app\($0)" }
    #expect(failures.count == 10)
    #expect(failures.allSatisfy { $0.contains("r.example did not accept the credentials from a test") })
    #expect(server.tokenRequests.count == 1)
    #expect(server.requests.filter { $0.method == .put }.count == 0)
  }

  @Test func tenListsSendAWrongPasswordOnceToARegistryWithoutATokenServer() async throws {
    let scripted = ScriptedTransport { _ in
      for _ in 0..<100 { await Task.yield() }
      return .status(401, ["WWW-Authenticate": "Basic"])
    }
    let failures = await publish(10, Registries(scripted: scripted, keychain: FixedKeychain(Self.me))) { "app\($0)" }
    #expect(failures.count == 10)
    #expect(scripted.requests.filter { $0.fields["Authorization"] != nil }.count == 1)
  }

  /// A real one, which counts how often it is started.
  @Test func tenListsStartOneHelper() async throws {
    let name = "manifestx-\(getpid())"
    let directory = try TemporaryDirectory([
      "config.json": #"{"credsStore":"\#(name)"}"#,
      "docker-credential-\(name)": """
      #!/bin/sh
      echo "$1 $(cat)" >> "${0%/*}/calls"
      echo '{"ServerURL":"r.example","Username":"me","Secret":"right"}'
      """,
    ])
    chmod("\(directory.path)/docker-credential-\(name)", 0o755)
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    setenv("PATH", "\(directory.path):\(path)", 1)
    defer { setenv("PATH", path, 1) }
    let paths = DockerPaths(environment: [:], home: "/nowhere", configDirectory: directory.path)
    let keychain = DockerKeychain(config: ConfigFile(paths), environment: [:])
    let server = ScopeServer(password: "right")
    let registries = Registries(scripted: ScriptedTransport(answer: server.answer), keychain: keychain)
    let failures = await publish(10, registries) { "test/app\($0)" }
    #expect(failures == [])
    let calls = try String(decoding: Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/calls")), as: UTF8.self)
    #expect(calls == "get r.example\n")
    #expect(server.tokenRequests.count == 10)
  }

  @Test func aHostThatAsksForNothingIsNotAskedForATokenOrAPassword() async throws {
    let scripted = ScriptedTransport { request in
      request.method == .put
        ? .status(201, ["Docker-Content-Digest": (try? Digest(of: request.body.bytes ?? []))?.description ?? ""])
        : .status(200, ["Content-Type": MediaType.ociIndex.rawValue], body: "{}")
    }
    let failures = await publish(10, Registries(scripted: scripted, keychain: FixedKeychain(Self.me))) { "app\($0)" }
    #expect(failures == [])
    #expect(scripted.requests.count == 30)
    #expect(scripted.requests.allSatisfy { $0.fields["Authorization"] == nil })
  }

  /// One finds out how an insecure registry is spoken to.
  @Test func tenListsTryHTTPSOnce() async throws {
    let scripted = ScriptedTransport { request in
      for _ in 0..<100 { await Task.yield() }
      if request.url.hasPrefix("https:") { return .failure(.cut(host: "r.example", reason: "reset")) }
      return request.method == .put
        ? .status(201, ["Docker-Content-Digest": (try? Digest(of: request.body.bytes ?? []))?.description ?? ""])
        : .status(200, ["Content-Type": MediaType.ociIndex.rawValue], body: "{}")
    }
    let registries = Registries(
      scripted: scripted,
      keychain: FixedKeychain(.anonymous),
      insecure: ["r.example"]
    )
    #expect(await publish(10, registries) { "app\($0)" } == [])
    #expect(scripted.urls.filter { $0.hasPrefix("https:") }.count == 1)
    #expect(scripted.urls.count == 31)
  }

  /// What each publish asks of a registry: two images are read, then a list is put.
  ///
  /// - Returns: What failed.
  private func publish(
    _ count: Int,
    _ registries: Registries,
    to path: @escaping @Sendable (Int) -> String
  ) async -> [String] {
    await withTaskGroup(of: String?.self) { group in
      for number in 0..<count {
        group.addTask {
          do {
            let repository = Repository(registry: Registry(host: "r.example"), path: path(number))
            let client = await registries.repository(repository, willPush: true)
            async let first = client.manifest(.tag(Tag(text: "v1-amd64")))
            async let second = client.manifest(.tag(Tag(text: "v1-arm64")))
            _ = try await (first, second)
            let list = RawManifest(bytes: Self.list, mediaType: .ociIndex, digest: try Digest(of: Self.list))
            _ = try await client.put(list, as: .tag(Tag(text: "v1")))
            return nil
          } catch { return "\(error)" }
        }
      }
      return await group.reduce(into: []) { failures, failure in failures += failure.map { [$0] } ?? [] }
    }
  }
}
