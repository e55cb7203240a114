import LocalSystem
import YAML

/// A file of `publish --file`.
struct SpecFile {
  /// `-` for standard input.
  let path: String

  /// As messages name it.
  var name: String { path == "-" ? "standard input" : path }

  /// The mappings of its lists: one, a sequence of them, those under the key `lists`, or several documents of these.
  ///
  /// - Parameter limits: What this file leaves of them is for the files after it.
  /// - Throws: `SpecFileError`, or `SpecErrors`.
  func lists(_ variables: SpecVariables, _ limits: inout SpecLimits) throws -> [SpecNode] {
    var bytes: [UInt8]
    do throws(SystemError) { bytes = try File.contents(ofStream: path, limit: limits.bytes) } catch {
      let isTooLarge = error == .tooLarge
      throw SpecFileError(file: name, reason: isTooLarge ? .tooLarge(limit: SpecLimits.bytes) : .unreadable(error))
    }
    limits.bytes -= bytes.count
    bytes.removeFirst(bytes.byteOrderMark.count)
    do {
      let documents = try documents(bytes, &limits.values).map { SpecNode(node: $0, file: name, variables: variables) }
      let lists = try documents.flatMap { document throws(SpecError) in try Self.lists(in: document) }
      if lists.isEmpty { throw SpecError(place: SpecPlace(file: name, line: 1), reason: .noLists) }
      return lists
    } catch let error as YAMLError {
      throw SpecErrors(errors: [SpecError(place: SpecPlace(file: name, line: error.line), reason: .yaml(error))])
    } catch let error as YAMLUnavailable {
      throw SpecFileError(file: name, reason: .noYAML(error))
    } catch let error as SpecError {
      throw SpecErrors(errors: [error])
    }
  }

  /// JSON is read without libyaml. A text that only looks like JSON, such as `{image: a}`, is YAML.
  ///
  /// - Throws: `YAMLError` or `YAMLUnavailable`.
  private func documents(_ bytes: [UInt8], _ limits: inout NodeLimits) throws -> [YAMLNode] {
    if path.hasSuffix(".json") { return [try JSONDocument.decoded(bytes, &limits)] }
    let start = bytes.drop { " \t\r\n".utf8.contains($0) }
    guard let first = start.first, "{[".utf8.contains(first) else { return try YAMLDocuments.decoded(bytes, &limits) }
    do { return [try JSONDocument.decoded(bytes, &limits)] } catch let jsonError {
      do { return try YAMLDocuments.decoded(bytes, &limits) } catch {
        // It is neither of the two, and a quote after the brackets tells which was meant.
        let isJSON = start.first { !" \t\r\n{[".utf8.contains($0) } == UInt8(ascii: "\"")
        throw isJSON ? jsonError : error
      }
    }
  }

  private static func lists(in document: SpecNode) throws(SpecError) -> [SpecNode] {
    if document.isSequence { return try document.elements() }
    let members = try document.members()
    guard members.contains(where: { $0.name == "lists" }) else { return [document] }
    return try document.members(["lists"])["lists"]?.elements() ?? []
  }
}
