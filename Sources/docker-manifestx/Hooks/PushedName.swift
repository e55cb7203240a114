/// The image that a `docker push` was for.
struct PushedName {
  /// Nil if the command line is not a push of one image.
  private(set) var name: String?

  /// The options of `docker push` that matter here. Flags that are not among them are skipped.
  ///
  /// https://docs.docker.com/reference/cli/docker/image/push/
  private static let reader = OptionReader(options: [
    CommandOption(short: "a", long: "all-tags"), CommandOption(short: "q", long: "quiet"),
    CommandOption(long: "platform", value: .init(.platform)),
  ])

  /// - Parameter command: `push` or `image push`.
  init(commandLine: [String], command: String) {
    guard let invocation = try? PluginInvocation(Array(commandLine.dropFirst())) else { return }
    let words = command.split(separator: " ").map(String.init)
    guard words.last == "push", invocation.arguments.starts(with: words) else { return }
    var rest = invocation.arguments.dropFirst(words.count)
    while let word = rest.popFirst() {
      guard word.hasPrefix("-"), word != "--" else {
        name = word == "--" ? rest.first : word
        return
      }
      let uses = Self.reader.uses(in: word)
      if uses.contains(where: { $0.option?.long == "all-tags" && (try? $0.isOn) != false }) { return }
      if uses.contains(where: \.takesNextWord) { rest = rest.dropFirst() }
    }
  }
}
