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
  }

  /// Finds out whether the file can be written, before anything is published.
  ///
  /// - Throws: `MetadataFileError`.
  func check() throws(MetadataFileError) {
    guard let path = metadataFile else { return }
    do { try FileReplacement.check(path) } catch { throw MetadataFileError(path: path, error: error) }
  }

  /// Writes the file, if there is one, with the results of several lists.
  ///
  /// - Throws: `MetadataFileError`.
  func write(_ results: [UInt8]) throws(MetadataFileError) {
    guard let path = metadataFile else { return }
    do { try FileReplacement.replace(path, with: results, permissions: 0o666) } catch {
      throw MetadataFileError(path: path, error: error, isBefore: false)
    }
  }

  /// - Throws: `MetadataFileError` if the file cannot be written, or `OutputError`.
  func show(_ result: PublishResult, _ console: Console) throws {
    if let path = metadataFile {
      do { try FileReplacement.replace(path, with: result.bytes, permissions: 0o666) } catch {
        throw MetadataFileError(path: path, error: error, published: result)
      }
    }
    switch format {
    case .digest: try console.result("\(result.list.manifest.digest)")
    case .json: try console.result(result.bytes)
    }
  }
}

/// The file of `--metadata-file` cannot be written.
struct MetadataFileError: Advised {
  let path: String
  let error: SystemError
  /// Nil if nothing, or several lists, have been published.
  var published: PublishResult?
  /// True if nothing has been published.
  var isBefore = true
}

extension MetadataFileError: CustomStringConvertible {
  var description: String {
    guard let published else {
      return (isBefore ? "" : "the lists were published, but ") + "cannot write \(path): \(error)"
    }
    return
      "the list was published as \(published.names.words) (\(published.list.manifest.digest)), but \(path) cannot be written: \(error)"
  }

  var advice: String? {
    guard published == nil, isBefore else { return nil }
    return "Nothing was published. "
      + (error == .standardOutput ? "To print the JSON: --format json" : "Use another file: --metadata-file FILE")
  }
}

extension [Place] {
  /// `a:v1, b:v1`.
  fileprivate var words: String { map(\.description).joined(separator: ", ") }
}
