/// A word of a command that is shown, to be copied into a shell.
struct ShellWord: CustomStringConvertible {
  let description: String

  init(_ word: String) {
    let isPlain = !word.isEmpty && word.unicodeScalars.allSatisfy { Self.plain.contains($0) }
    // Scalars: a combining character after a quote would hide it from a comparison of characters, but not from a shell.
    let quoted = word.unicodeScalars.map { $0 == "'" ? #"'\''"# : String($0) }.joined()
    description = isPlain ? word : "'\(quoted)'"
  }

  private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
  private static let plain = Set("\(letters)0123456789_@%+=:,./-".unicodeScalars)
}

extension DefaultStringInterpolation {
  /// A word of a command in a message, or a part of it, quoted where a shell would change it.
  mutating func appendInterpolation(word: some CustomStringConvertible) {
    appendInterpolation(ShellWord(word.description))
  }
}
