/// The spellings of options that docker's own commands take and ArgumentParser does not: `-tTAG`, `--dry-run=true`.
struct OptionSpelling {
  let options: () -> [Help.Option]

  /// The words as ArgumentParser takes them.
  func plain(_ words: [String]) -> [String] {
    // Without such a word there is nothing for which the options would have to be known.
    guard words.contains(where: { $0.isShortWithMore || $0.isLongWithValue }) else { return words }
    let options = options()
    var plain: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" { return plain + [word] + rest }
      plain += word.isShortWithMore ? split(word, options) : switched(word, options)
    }
    return plain
  }

  /// `-qtTAG` is `-q -t TAG`: the first letter that has a value takes what follows.
  private func split(_ word: String, _ options: [Help.Option]) -> [String] {
    var plain: [String] = []
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      plain.append("-\(letter)")
      guard let option = options.first(where: { $0.short == letter }) else { return [word] }
      guard option.value != nil, !letters.isEmpty else { continue }
      return plain + [String(letters.first == "=" ? letters.dropFirst() : letters)]
    }
    return plain
  }

  /// `--quiet=true` is `--quiet`, and `--quiet=false` is nothing.
  private func switched(_ word: String, _ options: [Help.Option]) -> [String] {
    guard word.isLongWithValue, let sign = word.firstIndex(of: "=") else { return [word] }
    let flag = String(word[..<sign])
    guard options.contains(where: { "--\($0.long)" == flag && $0.value == nil }) else { return [word] }
    switch word[word.index(after: sign)...].lowercased() {
    case "true", "t", "1": return [flag]
    case "false", "f", "0": return []
    default: return [word]
    }
  }
}

extension String {
  fileprivate var isShortWithMore: Bool { hasPrefix("-") && !hasPrefix("--") && count > 2 }
  fileprivate var isLongWithValue: Bool { hasPrefix("--") && contains("=") }
}
