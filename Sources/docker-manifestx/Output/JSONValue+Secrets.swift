import JSON
import OCIRegistry

extension JSONValue {
  /// The document without secrets, which a registry may repeat anywhere in it.
  ///
  /// - Parameter words: What begins with one of these keeps it: names that the user gave. A password can be as simple as a
  ///   part of the registry's name, and programs read the documents.
  func redacted(by secrets: KnownSecrets, keeping words: [String] = []) -> JSONValue {
    switch self {
    case .string(let text):
      let kept = (words + Self.words).first(where: text.hasPrefix) ?? ""
      return .string(kept + secrets.redacting(String(text.dropFirst(kept.count))))
    case .array(let elements): return .array(elements.map { $0.redacted(by: secrets, keeping: words) })
    case .object(let members):
      return .object(
        members.map { member in
          let name = member.name.isWord ? member.name : secrets.redacting(member.name)
          return JSONMember(name: name, value: member.value.redacted(by: secrets, keeping: words))
        }
      )
    default: return self
    }
  }

  /// What programs look for at the beginning of a value.
  private static let words = ["application/vnd.docker.", "application/vnd.oci.image.", "windows"]
}

extension String {
  /// As the names of all members in documents of this program.
  fileprivate var isWord: Bool {
    utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
  }
}
