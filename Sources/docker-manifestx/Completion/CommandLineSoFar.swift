/// A command that is being typed: what stands before the word at the cursor, sorted into its parts.
struct CommandLineSoFar {
  /// Words that are neither options nor their values.
  private(set) var positionals: [String] = []
  private(set) var longOptions: Set<String> = []
  /// The option whose value the word at the cursor is.
  private(set) var pending: Help.Option?
  /// After `--` nothing is an option.
  private(set) var optionsEnded = false

  init(_ words: [String], _ grammar: CommandGrammar) {
    // Without a dash there is nothing for which the options would have to be known.
    let options = words.contains { $0.hasPrefix("-") } ? grammar.options() : []
    for word in words {
      if pending != nil {
        pending = nil
      } else if optionsEnded || !word.hasPrefix("-") || word == "-" {
        positionals.append(word)
      } else if word == "--" {
        optionsEnded = true
      } else {
        take(option: word, options)
      }
    }
  }

  private mutating func take(option word: String, _ options: [Help.Option]) {
    if word.hasPrefix("--") {
      let name = word.dropFirst(2).prefix { $0 != "=" }
      longOptions.insert(String(name))
      if let option = options.first(where: { $0.long == name }), option.value != nil, !word.contains("=") {
        pending = option
      }
      return
    }
    // `-qt TAG`, `-tTAG`: the first letter that has a value takes the rest of the word, or else the next word.
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = options.first(where: { $0.short == letter }) else { return }
      longOptions.insert(option.long)
      guard option.value != nil else { continue }
      if letters.isEmpty { pending = option }
      return
    }
  }
}
