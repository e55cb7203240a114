import HTTP

/// Finds the next page of a list in the `Link` fields of a response (RFC 8288): `Link: </v2/…>; rel="next"`.
///
/// Some registries leave out the angle brackets around the target.
///
/// - Returns: The target as it was written; nil if no link has the relation `next`.
func nextPage(in fields: HTTPFields) -> String? {
  for line in fields.all("Link") {
    var rest = line[...]
    while !rest.isEmpty {
      rest = rest.drop { $0 == "," || $0 == " " || $0 == "\t" }
      let target = linkTarget(&rest)
      let relations = linkRelations(&rest)
      if !target.isEmpty, relations.contains("next") { return target }
    }
  }
  return nil
}

/// Without brackets a target ends before its parameters.
private func linkTarget(_ rest: inout Substring) -> String {
  let isBracketed = rest.first == "<"
  if isBracketed { rest = rest.dropFirst() }
  let target = rest.prefix { isBracketed ? $0 != ">" : $0 != ";" }
  rest = rest[target.endIndex...].dropFirst(isBracketed ? 1 : 0)
  return String(target).trimmingBlanks
}

/// The values of `rel` in the parameters of one link, up to the comma that ends it.
private func linkRelations(_ rest: inout Substring) -> [String] {
  var parameters: [String] = [""]
  var isQuoted = false
  while let character = rest.first, character != "," || isQuoted {
    rest = rest.dropFirst()
    if character == "\"" {
      isQuoted.toggle()
    } else if character == ";", !isQuoted {
      parameters.append("")
    } else {
      parameters[parameters.count - 1].append(character)
    }
  }
  return parameters.flatMap { parameter -> [String] in
    let parts = parameter.split(separator: "=", maxSplits: 1).map { String($0).trimmingBlanks.lowercased() }
    return parts.count == 2 && parts[0] == "rel" ? parts[1].split(separator: " ").map(String.init) : []
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
