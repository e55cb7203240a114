import ArgumentParser
import ManifestLists

/// The options of `publish` for jobs that publish one list at the same time.
struct JoinOptions: ParsableArguments {
  @Flag(
    name: .customLong("join"),
    help:
      "Leave out images that do not exist yet, and publish again if any of them is pushed meanwhile: each of several jobs runs the same command after it has pushed its image"
  )
  var joins = false

  @Option(
    help: ArgumentHelp(
      "With --join, longest time to wait until all images exist (default: do not wait)",
      kind: .duration
    )
  )
  var wait: TimeSpan?

  /// As help shows them.
  static let declaration = OptionGroupDeclaration("Join", ["join", "wait"])
}

extension JoinOptions {
  /// - Parameter others: Options that cannot be used with `--join`, and whether they are used.
  /// - Throws: `UsageError`.
  func checkUsage(_ others: [(isUsed: Bool, name: String)], isDryRun: Bool) throws(UsageError) {
    guard joins else {
      if wait != nil { throw .other("--wait can only be used with --join") }
      return
    }
    if let other = others.first(where: \.isUsed)?.name {
      throw .other(
        "--join and \(other) cannot be used together: the images of other jobs are named, and are in a registry"
      )
    }
    if isDryRun, wait != nil { throw .other("--dry-run and --wait cannot be used together: a dry run does not wait") }
  }

  /// - Throws: `JoinedLayoutError`.
  func apply(to request: inout PublishRequest) throws(JoinedLayoutError) {
    guard joins else { return }
    if let place = (request.names + request.sources.map(\.place)).first(where: { $0.layout != nil }) {
      throw JoinedLayoutError(place: place)
    }
    request.joins = true
    request.waits = wait?.duration ?? .zero
  }
}

/// Jobs on several machines do not share an image layout.
struct JoinedLayoutError: Error, CustomStringConvertible, Advised {
  let place: Place

  var description: String {
    "\(place) is in an image layout on this machine, and --join is for jobs that share a registry"
  }

  var advice: String? { "Push the image to the registry first, or leave out --join" }
}
