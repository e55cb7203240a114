import Glibc

/// Environment variables. One that is set to the empty string counts as not set, as it does for docker.
package struct Environment: Hashable, Sendable {
  private let variables: [String: String]

  package init(_ variables: [String: String]) { self.variables = variables.filter { !$0.value.isEmpty } }

  /// Nil where the variable is not set, or is empty.
  package subscript(name: String) -> String? { variables[name] }

  /// The variables that this process was started with.
  package static var ofThisProcess: Environment {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
      entry += 1
    }
    return Environment(variables)
  }
}

extension Environment: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) { self.init(Dictionary(elements) { $1 }) }
}
