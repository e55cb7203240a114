/// A command that is being typed: the words before the one at the cursor, sorted into options and others.
struct CommandLineSoFar {
  /// Words that are neither options nor their values.
  private(set) var positionals: [String] = []
  private(set) var longOptions: Set<String> = []
  /// The option whose value is the word at the cursor.
  private(set) var pending: CommandOption?
  /// After `--` nothing is an option.
  private(set) var optionsEnded = false

  init(_ words: [String], _ grammar: CommandGrammar) {
    // Without a dash there is no need to find out the options.
    let reader = OptionReader(options: words.contains { $0.hasPrefix("-") } ? grammar.options() : [])
    for word in words {
      if pending != nil {
        pending = nil
      } else if optionsEnded || !word.hasPrefix("-") || word == "-" {
        positionals.append(word)
      } else if word == "--" {
        optionsEnded = true
      } else {
        take(reader.uses(in: word))
      }
    }
  }

  private mutating func take(_ uses: [OptionReader.Use]) {
    for use in uses {
      if let option = use.option { longOptions.insert(option.long) }
      if use.takesNextWord { pending = use.option }
    }
  }
}
