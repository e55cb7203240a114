import Templates

extension FormatError: Advised {
  var advice: String? {
    switch error.problem {
    case .function(let name, let known):
      nearest(to: name, among: known).map { "Did you mean \($0)?" } ?? "Functions: \(known.joined(separator: ", "))"
    case .field(let path, let name, let members):
      // Of `.Manifest.Digset`, what comes before the name.
      Self.nearestField(to: name, among: members).map { "Did you mean \(path.dropLast(name.count))\($0)?" }
        ?? "--format '{{json .}}' shows every field"
    case .syntax, .value, .limit: nil
    }
  }

  /// As templates name it: without the dots and underscores that are in it.
  private static func nearestField(to name: String, among members: [String]) -> String? {
    let names = members.map { $0.filter { $0 != "." && $0 != "_" } }
    return nearest(to: name, among: names.filter { $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } })
  }
}
