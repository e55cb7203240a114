import JSON
import LocalSystem
import ManifestLists
import OCI
import OCIRegistry
import Synchronization
import Transfer

extension Publish {
  /// Publishes the lists of `--file`. Each is independent: one that fails does not stop the others.
  func publishSpecs(_ session: Session) async throws {
    session.published.begin()
    let lists = try specs.lists(session.environment, apply)
    try checkResultFile(lists.map(\.request), session)
    let registries = session.registries(lists.flatMap(\.registries), registry)
    // Lists that wait for their images send few requests.
    let limit = join.wait == nil ? Self.parallelLists : .max
    let results = await lists.concurrentMap(limit: limit) { list in
      try await publish(list, registries, session)
    }
    let done = results.compactMap { try? $0.get() }
    let failed = zip(lists, results).filter { (try? $1.get()) == nil }.map(\.0)
    session.console.progress(summary(done, failed.count))
    try show(done, session.console)
    if !failed.isEmpty {
      let errors = results.compactMap { result -> (any Error)? in
        if case .failure(let error) = result { error } else { nil }
      }
      throw FailedLists(count: lists.count, failed: failed, exitStatus: ExitStatus(ofAll: errors))
    }
  }

  /// So many that no connection is idle. More would only take memory.
  private static var parallelLists: Int { 16 }

  private func publish(
    _ list: ListSpec,
    _ registries: Registries,
    _ session: Session
  ) async throws -> PublishedSpec {
    var console = session.console
    console.list = list.request.names[0]
    let hasPut = Atomic<Bool>(false)
    let publisher = Publisher(registries: registries) { [session, console] event in
      if case .put = event { hasPut.store(true, ordering: .relaxed) }
      session.published.note(event)
      console.show(event)
    }
    do {
      let request = list.request
      let published = try await request.joins ? publisher.join(request) : publisher.publish(request)
      let result = PublishResult(names: list.request.names, list: published)
      return PublishedSpec(
        name: list.request.names[0],
        digest: published.manifest.digest,
        json: needsResults ? result.json : nil,
        isChanged: hasPut.load(ordering: .relaxed)
      )
    } catch {
      console.error(ListError(place: list.place, error: error))
      throw error
    }
  }

  private var needsResults: Bool { result.metadataFile != nil || result.format == .json }

  private func summary(_ done: [PublishedSpec], _ failed: Int) -> String {
    let changed = done.count(where: \.isChanged)
    let counts =
      dryRun
      ? ["Dry run: nothing was sent. \(done.count.counted("list")) would be published"]
      : [
        "Published \(changed.counted("list"))", changed < done.count ? "\(done.count - changed) had not changed" : nil,
      ]
    return (counts + [failed > 0 ? "\(failed) failed" : nil]).compactMap(\.self).joined(separator: ", ")
  }

  private func show(_ done: [PublishedSpec], _ console: Console) throws {
    let json = needsResults ? WorkflowCommands.document(.array(done.compactMap(\.json))) : []
    try result.write(json)
    if result.format == .json { return try console.result(json) }
    try console.result(Array(done.map { "\(PrintableText.line("\($0.name)@\($0.digest)"))\n" }.joined().utf8))
  }
}

/// What a list of a spec file has become.
private struct PublishedSpec: Sendable {
  let name: Place
  let digest: Digest
  /// Nil if it is not printed or written.
  let json: JSONValue?
  /// False if every name had this list already.
  let isChanged: Bool
}

/// Why a list of a spec file was not published.
private struct ListError: CompoundError, Advised, CustomStringConvertible {
  let place: SpecPlace
  let error: any Error

  var description: String { "\(place): \(error)" }
  var advice: String? { (error as? PublishError).map(\.specAdvice) ?? (error as? any Advised)?.advice }
  var unusableSources: [any Error] { (error as? any Advised)?.unusableSources ?? [] }
  var parts: [any Error]? { (error as? any CompoundError)?.parts?.map { ListError(place: place, error: $0) } }
  var summary: String? { (error as? any CompoundError)?.summary }
}

/// Some lists of the spec files were not published. The reasons have been printed.
private struct FailedLists: Advised, HasExitStatus, CustomStringConvertible {
  let count: Int
  let failed: [ListSpec]
  let exitStatus: ExitStatus

  /// More names would not fit on a screen.
  private static var limit: Int { 20 }

  var description: String { "\(failed.count) of \(count.counted("list")) failed" }

  var advice: String? {
    let names = failed.prefix(Self.limit).map { PrintableText.line("\($0.request.names[0]) (\($0.place))") }
    let rest = failed.count - names.count
    return (names + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "\n")
      + "\nRun the command again to publish what is left"
  }
}

extension ListSpec {
  fileprivate var registries: [Registry] {
    let sources = request.sources.compactMap(\.place.reference?.repository) + request.patterns.map(\.tags.repository)
    return (request.targets.compactMap(\.repository) + sources).map(\.registry)
  }
}
