import LocalSystem
import OCILayout

/// The path in the name of an image layout, such as `oci:DIRECTORY`. The shells complete only a word that is a path as a
/// whole.
struct LayoutPath {
  /// Up to the last slash of the path.
  private let beginning: String
  private let directory: String
  private let name: String
  private let isArchive: Bool

  /// Nil if the word does not begin as such a name.
  init?(_ partial: String) {
    guard let prefix = LayoutReference.prefixes.first(where: partial.hasPrefix) else { return nil }
    let path = partial.dropFirst(prefix.count)
    let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    directory = path[..<start].isEmpty ? "." : String(path[..<start])
    name = String(path[start...])
    beginning = prefix + path[..<start]
    isArchive = prefix.contains("archive")
  }

  /// A tag may follow each of them.
  var answer: CompletionAnswer {
    let found = (try? Directory.names(in: directory)) ?? []
    // The shells do not quote what they get.
    let names = found.filter { $0.hasPrefix(name) && ![".", ".."].contains($0) && "\(word: $0)" == $0 }
    let words = names.filter { name.hasPrefix(".") || !$0.hasPrefix(".") }.sorted().compactMap { found -> String? in
      if Directory.exists(at: "\(directory)/\(found)") { return "\(beginning)\(found)/" }
      return isArchive ? beginning + found : nil
    }
    var answer = CompletionAnswer(words: words)
    answer.directive.insert(.noSpace)
    return answer
  }
}
