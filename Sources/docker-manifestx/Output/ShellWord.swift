/// A word of a command that is shown, to be copied into a shell.
struct ShellWord: CustomStringConvertible {
  let description: String

  init(_ word: String) {
    let isPlain = !word.isEmpty && word.unicodeScalars.allSatisfy { Self.plain.contains($0) }
    description = isPlain ? word : "'\(word.replacing("'", with: #"'\''"#))'"
  }

  private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
  private static let plain = Set("\(letters)0123456789_@%+=:,./-".unicodeScalars)
}
