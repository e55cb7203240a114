import ArgumentParser
import LocalSystem
import ManifestLists

/// The options of `publish` for its result: what is printed, and what is written to a file.
struct ResultOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write the digest and the names of the published list to a file, as JSON", kind: .file))
  var metadataFile: String?

  @Option(
    help: ArgumentHelp(
      "Format of the output: digest, or json (what --metadata-file writes)",
      valueName: "FORMAT"
    )
  )
  var format = Format.digest

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case digest, json
  }
}

extension ResultOptions {
  /// - Throws: `UsageError`.
  func checkUsage(isDryRun: Bool) throws(UsageError) {
    // It prints the list.
    if isDryRun, format == .json { throw .other("--dry-run and --format json cannot be used together") }
    if metadataFile?.isEmpty == true { throw .other("--metadata-file needs the name of a file") }
  }

  /// Finds out whether the file can be written, before anything is published. It must not be one that the command uses for
  /// something else: it would be lost.
  ///
  /// - Parameters:
  ///   - places: What the command reads and writes.
  ///   - files: The other files that it reads, and what messages call each of them. `-` is standard input.
  /// - Throws: `ResultError`.
  func check(besides places: [Place], _ files: [(path: String, name: String)]) throws(ResultError) {
    guard let path = metadataFile else { return }
    do { try FileReplacement.check(path) } catch { throw ResultError(path: path, reason: .system(error)) }
    let layout = places.first { $0.layout?.hasFile(path) == true }
    let file = files.first { PathIdentity.isSameFile(path, $0.path == "-" ? "/dev/stdin" : $0.path) }
    if let use = layout.map({ "part of \($0)" }) ?? file?.name {
      throw ResultError(path: path, reason: .usedOtherwise(use))
    }
  }

  /// Writes the file, if there is one, with the results of several lists.
  ///
  /// - Throws: `ResultError`.
  func write(_ results: [UInt8]) throws(ResultError) {
    guard let path = metadataFile else { return }
    do { try FileReplacement.replace(path, with: results, permissions: 0o666) } catch {
      throw ResultError(path: path, reason: .system(error), isBefore: false)
    }
  }

  /// - Throws: `ResultError` if the result cannot be written.
  func show(_ result: PublishResult, _ console: Console) throws {
    if let path = metadataFile {
      do { try FileReplacement.replace(path, with: result.bytes, permissions: 0o666) } catch {
        throw ResultError(path: path, reason: .system(error), published: result)
      }
    }
    try Self.print(result, as: format, console)
  }

  /// Prints the result of a command that has published a list.
  ///
  /// - Throws: `ResultError`.
  static func print(_ result: PublishResult, as format: Format, _ console: Console) throws(ResultError) {
    do throws(OutputError) {
      switch format {
      case .digest: try console.result("\(result.list.manifest.digest)")
      case .json: try console.result(result.bytes)
      }
    } catch {
      throw ResultError(path: "the result", reason: .system(SystemError(code: error.code)), published: result)
    }
  }
}

/// The result cannot be written: to the file of `--metadata-file`, or to the standard output.
struct ResultError: Advised {
  enum Reason: Equatable {
    case system(SystemError)
    /// The command also reads or writes it, as this.
    case usedOtherwise(String)
  }

  let path: String
  let reason: Reason
  /// Nil if nothing, or several lists, have been published.
  var published: PublishResult?
  /// True if nothing has been published.
  var isBefore = true
}

extension ResultError: CustomStringConvertible {
  var description: String {
    guard let published else {
      return "cannot write \(isBefore ? "" : "the results to ")\(path): \(reason)"
    }
    let list = "\(published.names.words) (\(published.list.manifest.digest))"
    return "the list was published as \(list), but \(path) cannot be written: \(reason)"
  }

  var advice: String? {
    guard published == nil, isBefore else { return nil }
    let isOutput = reason == .system(.standardOutput)
    return "Nothing was published. "
      + (isOutput ? "To print the JSON: --format json" : "Use another file: --metadata-file FILE")
  }
}

extension ResultError.Reason: CustomStringConvertible {
  var description: String {
    switch self {
    case .system(let error): "\(error)"
    case .usedOtherwise(let use): "it is \(use)"
    }
  }
}

extension [Place] {
  /// `a:v1, b:v1`.
  var words: String { map(\.description).joined(separator: ", ") }
}
