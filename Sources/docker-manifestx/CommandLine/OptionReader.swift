import DockerConfig

/// Reads the words of a command line as docker's own parser does: `-tTAG`, `-qt TAG`, `--tag=TAG`, `--dry-run=true`.
///
/// https://pkg.go.dev/github.com/spf13/pflag#hdr-Command_line_flag_syntax
struct OptionReader {
  let options: [CommandOption]

  /// One option in a word that begins with a dash.
  struct Use: Equatable {
    /// `-t` or `--tag`, as it is written.
    let name: String
    /// Nil if no option has this name.
    let option: CommandOption?
    /// The value in the same word.
    let attached: String?

    /// True where the next word is the option's value.
    var takesNextWord: Bool { option?.value != nil && attached == nil }
  }

  /// - Parameter word: One that begins with a dash, and is neither `-` nor `--`.
  func uses(in word: String) -> [Use] {
    if word.hasPrefix("--") {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let option = options.first { "--\($0.long)" == parts[0] }
      return [Use(name: parts[0], option: option, attached: parts.count == 2 ? parts[1] : nil)]
    }
    var uses: [Use] = []
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      let option = options.first { $0.short == letter }
      // The first letter that has a value takes the rest of the word. A flag takes it only after an equals sign.
      let takesRest = !letters.isEmpty && (option?.value != nil || letters.first == "=")
      let attached = takesRest ? String(letters.first == "=" ? letters.dropFirst() : letters) : nil
      uses.append(Use(name: "-\(letter)", option: option, attached: attached))
      if takesRest || option == nil { break }
    }
    return uses
  }

  /// The words in the spelling that ArgumentParser knows: every option a word of its own, and flags without a value.
  ///
  /// - Throws: `UsageError` if an option is unknown, or its value is missing or has none of the accepted forms.
  func plain(_ words: [String]) throws(UsageError) -> [String] {
    var plain: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" { return plain + [word] + rest }
      guard word.hasPrefix("-"), word != "-" else {
        plain.append(word)
        continue
      }
      for use in uses(in: word) {
        guard let option = use.option else { throw .unknownFlag(word) }
        guard option.value != nil else {
          if try use.isOn { plain.append(use.name) }
          continue
        }
        let value = try use.value(&rest)
        // ArgumentParser would take a value that begins with a dash for an option, where it is a word of its own.
        plain += value.hasPrefix("-") ? ["--\(option.long)=\(value)"] : [use.name, value]
      }
    }
    return plain
  }

  /// False if ArgumentParser knows the spelling of all of these words. Then there is no need to find out the options.
  static func isNeeded(for words: [String]) -> Bool {
    words.contains { word in
      word.hasPrefix("--") ? word.contains("=") : word.hasPrefix("-") && word.utf8.count > 2
    }
  }
}

extension OptionReader.Use {
  /// Whether this flag is set.
  ///
  /// - Throws: `UsageError` for `--quiet=maybe`.
  var isOn: Bool {
    get throws(UsageError) {
      guard let attached else { return true }
      guard let isOn = booleanValue(attached) else { throw .value(attached, option: name, .boolean) }
      return isOn
    }
  }

  /// The value of this option.
  ///
  /// - Parameter rest: The words that follow; the first is removed where it is the value.
  /// - Throws: `UsageError` if there is no value, or it has none of the accepted forms.
  func value(_ rest: inout ArraySlice<String>) throws(UsageError) -> String {
    guard let value = attached ?? rest.popFirst() else { throw .noValue(name) }
    if let kind = option?.value?.kind, !kind.accepts(value) { throw .value(value, option: name, kind) }
    return value
  }
}
