import CProcess

/// The command line of this process.
package enum ProgramArguments {
  /// What follows the program's name.
  package static var all: [String] {
    guard var next = cprocess_arguments() else { return [] }
    var words: [String] = []
    while let text = next.pointee {
      words.append(String(cString: text))
      next += 1
    }
    return Array(words.dropFirst())
  }
}
