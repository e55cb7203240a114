import HTTP
import OCIRegistry

extension RegistryEvent.Exchange {
  /// The request and the answer with their header fields, as curl -v shows them.
  ///
  /// - Parameter userAgent: Is the same for every request.
  func trace(userAgent: String) -> String {
    let request =
      ["\(method.rawValue) \(url)", "User-Agent: \(userAgent)"] + fields.lines.map { "\($0.name): \($0.value)" }
    let answer: [String] =
      switch result {
      case .failure(let error): ["no answer: \(error)"]
      case .success(let answer):
        ["\(answer.metrics.version.isEmpty ? "HTTP" : answer.metrics.version) \(answer.status)"]
          + answer.fields.lines.map { "\($0.name): \($0.value)" }
      }
    return (request.map { "> \($0)" } + answer.map { "< \($0)" }).map { PrintableText.line($0) }
      .joined(separator: "\n") + "\n"
  }
}
