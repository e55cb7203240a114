/// What CI systems obey when they find it in the log of a job: `::set-output …` at the beginning of a line (GitHub), and
/// `##[error]…`, `##vso[…]` or `##teamcity[…]` anywhere (GitHub, Azure Pipelines, TeamCity).
enum WorkflowCommands {
  /// - Parameter lines: What is printed. One character of each command is shown as its number.
  static func disarmed(in lines: String) -> String {
    guard lines.contains("::") || lines.contains("##") else { return lines }
    return lines.split(separator: "\n", omittingEmptySubsequences: false).map(disarmed(line:)).joined(separator: "\n")
  }

  private static func disarmed(line: Substring) -> String {
    let blank = line.prefix(while: \.isWhitespace)
    var rest = line[blank.endIndex...]
    var shown = String(blank)
    if rest.hasPrefix("::") {
      shown += #"\u{3A}"#
      rest = rest.dropFirst()
    }
    while let mark = rest.firstRange(of: "##") {
      let name = rest[mark.upperBound...].drop { $0 == "#" }.prefix { $0.isASCII && $0.isLetter }
      shown += rest[..<name.endIndex]
      rest = rest[name.endIndex...]
      if rest.first == "[" {
        shown += #"\u{5B}"#
        rest = rest.dropFirst()
      }
    }
    return shown + rest
  }
}
