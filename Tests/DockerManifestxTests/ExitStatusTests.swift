import HTTP
import ManifestLists
import OCI
import OCILayout
import OCIRegistry
import Testing

@testable import docker_manifestx

@Suite struct ExitStatusTests {
  private static let reference = madeReference()
  private static let missing = RegistryError.notFound(reference, [])
  private static let away = RegistryError.transport(.unknownHost("r.example"), registry: "r.example", isInsecure: false)

  private static let digest = madeDigest()

  private static func byProxy(_ problem: ProxyProblem) -> RegistryError {
    .transport(.proxy("http://p.example", problem), registry: "r.example", isInsecure: false)
  }

  private static func madeReference() -> Reference {
    guard let reference = try? Reference(parsing: "r.example/a:v1") else { fatalError("not a reference") }
    return reference
  }

  private static func madeDigest() -> Digest {
    guard let digest = try? Digest(of: []) else { fatalError("no digest") }
    return digest
  }

  static let errors: [(error: any Error, status: docker_manifestx.ExitStatus)] = [
    (missing, .notFound),
    (RegistryError.unexpected(status: 503, what: "pulling", []), .unreachable),
    (RegistryError.unexpected(status: 404, what: "pulling", []), .failure),
    (
      RegistryError.busy(status: 429, what: "pulling", retryAfter: nil, isTooLong: false, remaining: nil, []),
      .unreachable
    ),
    (away, .unreachable),
    (
      RegistryError.transport(.tooLarge(host: "r.example", limit: 1), registry: "r.example", isInsecure: false),
      .failure
    ),
    (RegistryError.refusedElsewhere(from: "r.example", host: "s.example", status: 403), .credentials),
    (RegistryError.noToken(.unexpected(status: 503, what: "GET", []), registry: "r.example"), .unreachable),
    (RegistryError.unexpected(status: 407, what: "pulling", []), .credentials),
    (byProxy(.credentials(variable: "HTTPS_PROXY", areRefused: true)), .credentials),
    (byProxy(.other("it returned 503")), .unreachable),
    (LayoutError.noSuchImage("a", path: "b", names: []), .notFound),
    (LayoutError.missing(file: "b"), .failure),
    (PublishError.several([missing, missing]), .notFound),
    (PublishError.several([missing, away]), .failure),
    (PublishError.partlyPut([], [away]), .unreachable),
    (EditError.notChecked(.registry(reference), away), .unreachable),
    (EditError.unreadableEntry(.registry(reference), digest, missing), .notFound),
    (JoinError.notFinished([], missing), .notFound),
    (EngineError.noEngine(nil), .noEngine),
    (CancellationError(), .failure),
  ]

  @Test("The status says why", arguments: errors.indices)
  func status(index: Int) {
    #expect(docker_manifestx.ExitStatus(of: Self.errors[index].error) == Self.errors[index].status)
  }
}
