import ArgumentParser
import LocalSystem
import ManifestLists

/// The options of `publish` for many lists at once.
struct SpecOptions: ParsableArguments {
  @Option(
    name: .customLong("file"),
    help: ArgumentHelp(
      "Instead of LIST and IMAGEs, publish the lists of this YAML or JSON file (repeatable; - for standard input)",
      kind: .file
    )
  )
  var files: [String] = []

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Set a variable for ${VAR} in the files of --file (repeatable)", valueName: "VAR=VALUE")
  )
  var assignments: [String] = []
}

extension SpecOptions {
  var areUsed: Bool { !files.isEmpty }

  /// - Parameter others: Options that cannot be used with `--file`; nil for those that were not used.
  /// - Throws: `UsageError`.
  func check(_ others: [String?]) throws(UsageError) {
    _ = try variables()
    guard areUsed else {
      if !assignments.isEmpty { throw .other("--set is for the variables in a file: use it with --file") }
      return
    }
    if files.contains("") { throw .other("--file needs the name of a file") }
    if let other = others.compactMap(\.self).first {
      throw .other("--file and \(other) cannot be used together: each list says this itself, in the file")
    }
    if files.count(where: { $0 == "-" }) > 1 { throw .other("--file - can be used once: standard input is read once") }
  }

  /// - Throws: `SpecFileError` or `SpecErrors`; what `common` throws.
  func lists(_ environment: Environment, _ common: (inout PublishRequest) throws -> Void) throws -> [ListSpec] {
    let set = try variables()
    let variables = SpecVariables(
      isText: { set[$0] != nil || ProgramText.isText(variable: $0) },
      { set[$0] ?? environment[$0] }
    )
    return try ListSpecs(files: files.map(SpecFile.init), variables, common).lists
  }

  private func variables() throws(UsageError) -> [String: String] {
    var variables: [String: String] = [:]
    for assignment in assignments {
      let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, SpecVariables.isName(String(parts[0])) else {
        throw .other("invalid value \u{201C}\(assignment)\u{201D} for --set: must be VAR=VALUE")
      }
      variables[String(parts[0])] = String(parts[1])
    }
    return variables
  }
}
