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
    try checkOptionsAlone()
    let lists = try specs.lists(session.environment, apply)
    try checkResultFile(lists.map(\.request), session)
    let registries = session.registries(lists.flatMap(\.registries), registry)
    // Lists that wait for their images send few requests.
    let limit = join.wait == nil ? Self.parallelLists : .max
    let results = await lists.concurrentMap(limit: limit) { list in
      try await publish(list, registries, session)
    }
    let done = results.compactMap { try? $0.get() }
    let failed = zip(lists, results).compactMap { list, result -> FailedList? in
      if case .failure(let error) = result { FailedList(spec: list, error: error) } else { nil }
    }
    session.console.progress(summary(done, failed))
    let errors = show(done, session.console)
    let failures = FailedLists(count: lists.count, failed: failed, isDryRun: dryRun)
    try ErrorsOfNames.check(errors + (failed.isEmpty ? [] : [failures]))
  }

  /// What is wrong with the options for any list is not wrong in a file.
  private func checkOptionsAlone() throws {
    var request = try PublishRequest(names: [Place(parsing: "localhost/list:v1")], sources: [])
    try apply(to: &request)
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
      let error = ListError(place: list.place, error: error, hasPut: hasPut.load(ordering: .relaxed))
      console.error(error)
      throw error
    }
  }

  private var needsResults: Bool { writesResults || result.format == .json }
  private var writesResults: Bool { result.metadataFile != nil && !dryRun }

  private func summary(_ done: [PublishedSpec], _ failed: [FailedList]) -> String {
    let changed = done.count(where: \.isChanged)
    let counts =
      dryRun
      ? ["Dry run: nothing was sent. \(done.count.counted("list")) would be published"]
      : [
        "Published \(changed.counted("list"))", changed < done.count ? "\(done.count - changed) had not changed" : nil,
      ]
    let partly = failed.count { ($0.error as? ListError)?.hasPut == true }
    let failures = "\(failed.count) failed" + (partly > 0 ? " (\(partly) of them published in part)" : "")
    return (counts + [failed.isEmpty ? nil : failures]).compactMap(\.self).joined(separator: ", ")
  }

  /// - Returns: What went wrong. Even so, the lists were published: everything else is still shown.
  private func show(_ done: [PublishedSpec], _ console: Console) -> [any Error] {
    let json = needsResults ? WorkflowCommands.document(.array(done.compactMap(\.json))) : []
    let text = done.map { "\(PrintableText.line("\($0.name)@\($0.digest)"))\n" }.joined()
    let steps: [() throws -> Void] = [
      { if writesResults { try result.write(json) } },
      { try console.result(result.format == .json ? json : Array(text.utf8)) },
    ]
    return steps.compactMap { step in
      do {
        try step()
        return nil
      } catch { return error }
    }
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
private struct ListError: CompoundError, Advised, HasExitStatus, CustomStringConvertible {
  let place: SpecPlace
  let error: any Error
  /// Whether the list has one of its names all the same.
  let hasPut: Bool

  var description: String { "\(place): \(error)" }
  var exitStatus: ExitStatus { ExitStatus(of: error) }
  var advice: String? { (error as? PublishError).map(\.specAdvice) ?? (error as? any Advised)?.advice }
  var unusableSources: [any Error] { (error as? any Advised)?.unusableSources ?? [] }
  var parts: [any Error]? {
    (error as? any CompoundError)?.parts?.map { ListError(place: place, error: $0, hasPut: hasPut) }
  }
  var summary: String? { (error as? any CompoundError)?.summary }
}

/// A list of a spec file that was not published, or not as it should be.
private struct FailedList {
  let spec: ListSpec
  let error: any Error
}

/// Some lists of the spec files were not published. The reasons have been printed.
private struct FailedLists: Advised, HasExitStatus, CustomStringConvertible {
  let count: Int
  let failed: [FailedList]
  let isDryRun: Bool

  /// That of a mistake in the command line says that nothing was done.
  var exitStatus: ExitStatus {
    let status = ExitStatus(ofAll: failed.map(\.error))
    return status == .usage ? .failure : status
  }

  /// More names would not fit on a screen.
  private static var limit: Int { 20 }

  var description: String { "\(failed.count) of \(count.counted("list")) failed" }

  var advice: String? {
    let names = failed.prefix(Self.limit).map { PrintableText.line("\($0.spec.request.names[0]) (\($0.spec.place))") }
    let rest = failed.count - names.count
    let lines = names + (rest > 0 ? ["and \(rest) more"] : [])
    return (lines + (isDryRun ? [] : ["Run the command again to publish what is left"])).joined(separator: "\n")
  }
}

extension ListSpec {
  fileprivate var registries: [Registry] {
    let sources = request.sources.compactMap(\.place.reference?.repository) + request.patterns.map(\.tags.repository)
    return (request.targets.compactMap(\.repository) + sources).map(\.registry)
  }
}
