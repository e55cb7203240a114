import DockerConfig
import HTTP
import ManifestLists
import OCI
import OCIRegistry
import Synchronization
import TestSupport

/// The registry `r.example` with a few images, answered from a script. It takes every list that is put. A request for
/// anything else fails the test.
final class ScriptedRegistry: Sendable {
  private let answers = Answers()
  let transport: ScriptedTransport

  init() { transport = ScriptedTransport { [answers] request in await answers.answer(to: request) } }

  /// The answers to a request such as `GET a/manifests/v1`, in their order. The last one is repeated.
  func answer(_ request: String, _ list: ScriptedTransport.Answer...) { answer(request, list) }
  func answer(_ request: String, _ list: [ScriptedTransport.Answer]) { answers.set(list, for: request) }

  /// The name is not in the registry, unless something was added under it.
  func leaveOut(_ tag: String) { answers.set([Self.missing], for: "GET a/manifests/\(tag)", replaces: false) }

  /// The answer to this request comes after all others.
  func delay(_ request: String) { answers.delay(request) }

  /// - Parameters:
  ///   - name: Such as `a:v1`.
  ///   - config: Its JSON.
  ///   - configSize: What the descriptor says; nil where that is true.
  @discardableResult
  func add(
    _ name: String,
    config: String,
    type: MediaType = .dockerManifest,
    configType: MediaType = .dockerConfig,
    configSize: Int64? = nil
  ) throws -> RawManifest {
    let digest = try Digest(of: Array(config.utf8))
    let text =
      #"{"schemaVersion":2,"mediaType":"\#(type)","config":{"mediaType":"\#(configType)","#
      + #""size":\#(configSize ?? Int64(config.utf8.count)),"digest":"\#(digest)"},"layers":[]}"#
    let reference = try Reference(parsing: "r.example/\(name)")
    answer("GET \(reference.repository.path)/blobs/\(digest)", .status(200, body: config))
    return try add(name, text, type)
  }

  /// Adds a manifest with exactly this text.
  @discardableResult
  func add(_ name: String, _ text: String, _ type: MediaType) throws -> RawManifest {
    let reference = try Reference(parsing: "r.example/\(name)")
    let path = "\(reference.repository.path)/manifests/\(reference.name.pathComponent)"
    answer("GET \(path)", .status(200, ["Content-Type": type.rawValue], body: text))
    let bytes = Array(text.utf8)
    return RawManifest(bytes: bytes, mediaType: type, digest: try Digest(of: bytes))
  }

  /// Every request, such as `GET a/manifests/v1`, in the order in which they came. Without that for the base of the API: it
  /// is asked after a missing name only if it is not known yet that no credential is stored.
  var requests: [String] { transport.requests.map(Answers.line).filter { $0 != Answers.base } }
  var puts: [String] { requests.filter { $0.hasPrefix("PUT") } }

  var registries: Registries {
    let paths = DockerPaths(environment: ["MANIFESTX_ROOT": "/nowhere"], home: "/nowhere")
    return Registries(
      transport: transport,
      keychain: FixedKeychain(.anonymous),
      settings: RegistrySettings(
        insecure: InsecureRegistries(daemon: DaemonConfig(paths)),
        paths: paths,
        retry: RetryPolicy(attempts: 1)
      )
    )
  }

  static let missing = ScriptedTransport.Answer.status(
    404,
    body: #"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no such"}]}"#
  )
}

private final class Answers: Sendable {
  private let lists = Mutex<[String: [ScriptedTransport.Answer]]>([:])
  private let delayed = Mutex<Set<String>>([])

  func set(_ list: [ScriptedTransport.Answer], for request: String, replaces: Bool = true) {
    lists.withLock { if replaces || $0[request] == nil { $0[request] = list } }
  }

  func delay(_ request: String) { delayed.withLock { _ = $0.insert(request) } }

  static func line(_ request: HTTPRequest) -> String {
    "\(request.method.rawValue) \(request.url.replacing("https://r.example/v2/", with: ""))"
  }

  static let base = "GET "

  func answer(to request: HTTPRequest) async -> ScriptedTransport.Answer? {
    let line = Self.line(request)
    if line == Self.base { return .status(200) }
    if delayed.withLock({ $0.contains(line) }) { try? await Task.sleep(for: .milliseconds(50)) }
    let scripted = lists.withLock { lists in
      let list = lists[line] ?? []
      if list.count > 1 { lists[line] = Array(list.dropFirst()) }
      return list.first
    }
    if let scripted { return scripted }
    if request.method == .head, line.contains("/manifests/") { return manifestHead(line) }
    guard request.method == .put, let digest = try? Digest(of: request.body.bytes ?? []) else { return nil }
    return .status(201, ["Docker-Content-Digest": digest.description])
  }
}

extension Answers {
  /// The head of what a GET would be answered. That remains the next answer to a GET.
  private func manifestHead(_ line: String) -> ScriptedTransport.Answer? {
    lists.withLock { $0["GET\(line.dropFirst("HEAD".count))"]?.first }
  }
}

/// What was sent to an event sink, in words.
final class EventLog: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  private static func words(of warning: ListWarning) -> String {
    switch warning {
    case .unknownPlatform(let image, let error): "\(image): \(error)"
    case .unknownVariant(let image, let variant, let platform): "\(image) is \(platform) without \(variant)"
    case .osFeatures(let image, let features): "\(image) needs \(features)"
    case .otherSpelling(let image, let stated, let platform): "\(image) is \(platform), not \(stated)"
    case .platformsLost(let names, let platforms): "\(names) lost \(platforms)"
    case .imageReplaced(let name, let digest): "\(name) was \(digest.map { "\($0)" } ?? "an image")"
    case .severalReplaced(let name, let platform, _): "\(name) had several for \(platform)"
    case .tagMoved(let kept, let digest): "\(kept.name) was \(digest.map { "\($0)" } ?? "an image")"
    case .nameNotRead(let name, _): "\(name) was not read"
    case .versionsMixed(let list, let tags): "\(list) is mixed of \(tags)"
    case .noSharedLabels: "no shared labels"
    }
  }

  var sink: @Sendable (ListEvent) -> Void {
    { event in
      let line =
        switch event {
        case .resolved(let entry): "resolved \(entry)"
        case .assembled(let list): "assembled \(list.entries.count)"
        case .planned(let plan): "planned \(plan.copy.count) images \(plan.copy)"
        case .transfer(let repository, _): "transfer to \(repository)"
        case .tagging(let kept): "tagging \(kept.name)"
        case .tagged(let kept): "tagged \(kept.name)"
        case .putting(let name): "putting \(name)"
        case .accepted(let name): "accepted \(name)"
        case .put(let name): "put \(name)"
        case .alreadyThere(let name): "already there \(name)"
        case .waiting(let name, _, _): "waiting \(name)"
        case .leftOut(let source): "left out \(source)"
        case .publishingAgain(let change): "again: new \(change.new), moved \(change.moved), gone \(change.gone)"
        case .waitingForImages(let names, let timeout): "waiting \(timeout) for \(names)"
        case .warning(let warning): "warning: \(Self.words(of: warning))"
        case .note(let note): "note: \(note)"
        }
      self.lines.withLock { $0.append(line) }
    }
  }
}
