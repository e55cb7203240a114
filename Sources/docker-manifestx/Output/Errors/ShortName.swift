import OCI
import OCILayout

/// A name on the command line that is on Docker Hub only because it does not begin with the host of a registry. People
/// who meant another registry do not see this in a message that repeats what they typed.
struct ShortName {
  /// As it was typed.
  let text: String
  let reference: Reference

  /// Nil if the text is not such a name.
  init?(_ text: String) {
    do { if try LayoutReference(parsing: text) != nil { return nil } } catch { return nil }
    guard let reference = Reference(shortName: text) else { return nil }
    (self.text, self.reference) = (text, reference)
  }

  /// Every such name among the arguments of a command, once.
  static func all(in words: [String], _ arguments: [ArgumentDeclaration]) -> [ShortName] {
    var seen: Set<String> = []
    return words.enumerated().filter { seen.insert($0.element).inserted }.compactMap { index, word in
      switch arguments.kind(at: index) {
      case .list, .name: ShortName(word)
      // Others are tags of the list's repository.
      case .image where word.dropFirst().contains { "/:@".contains($0) }: ShortName(word)
      default: nil
      }
    }
  }

  /// Whether a message is about this name, or about Docker Hub.
  func isNamed(in message: String) -> Bool {
    let repository = "\(reference.repository)"
    return message.contains(DockerHub.host)
      || message.ranges(of: repository).contains { range in
        let before = message[..<range.lowerBound].last ?? " "
        let after = message[range.upperBound...].first ?? " "
        // A single word could be any word.
        return !Self.isPartOfName(before)
          && (":@".contains(after) || repository.contains("/") && !Self.isPartOfName(after))
      }
  }

  private static func isPartOfName(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "/._-".contains(character)
  }

  /// One line.
  var remark: String {
    "\u{201C}\(text)\u{201D} was read as \(DockerHub.host)/\(reference.repository.path)\(reference.name). "
      + "If it is in another registry, add the registry's host: HOST[:PORT]/NAME"
  }
}
