import ArgumentParser
import JSON
import ManifestLists
import OCI

/// The options of `inspect` that check a list before a release.
struct CheckOptions: ParsableArguments {
  @Flag(
    name: .customLong("check"),
    help: "Check that every image is there and complete; exit with 1 if anything is wrong"
  )
  var checks = false

  @Option(
    name: .customLong("expect"),
    help: ArgumentHelp("With --check: NAME must have exactly these platforms (repeatable)", kind: .platforms)
  )
  var expected: [String] = []
}

extension CheckOptions {
  /// - Throws: `UsageError`.
  func checkUsage(_ others: [(isUsed: Bool, name: String)]) throws(UsageError) {
    if !checks, !expected.isEmpty { throw .other("--expect can only be used with --check") }
    if checks, let other = others.first(where: \.isUsed) {
      throw .other("--check and \(other.name) cannot be used together")
    }
  }

  /// Checks the names, and prints what is wrong with each.
  ///
  /// - Throws: `CheckFailed` if something is; otherwise as `Inspector.inspect`, or `PlatformError`.
  func run(_ places: [Place], _ check: ListCheck, _ format: InspectionFormat, _ console: Console) async throws {
    let results = await check.check(places, expecting: try expected.platforms())
    var errors: [any Error] = []
    for result in results {
      switch result {
      case .failure(let error): errors.append(error)
      case .success(let checked):
        switch format {
        case .json: try console.result(checked.json.redacted(by: console.secrets, keeping: ["\(checked.place)"]))
        default: try console.result(console.secrets.redacting(checked.text))
        }
        if !checked.findings.isEmpty { errors.append(CheckFailed(place: checked.place, count: checked.findings.count)) }
      }
    }
    try ErrorsOfNames.check(errors)
  }
}

/// Something is wrong with a name that was checked. What it is was printed as the result.
struct CheckFailed: Error, CustomStringConvertible {
  let place: Place
  let count: Int

  var description: String { "the check of \(place) found \(count.counted("problem"))" }
}
