import ArgumentParser
import JSON

/// Help in docker's layout, made of the declarations of the options.
enum Help {
  static func overview(_ invocation: PluginInvocation) -> String {
    let program = invocation.program
    let names = CommandLineTool.verbs.sorted { $0.name < $1.name }.map { ["  \($0.name)", $0.abstract] }
    // docker itself shows its global options, in its own help.
    let globals = invocation.isPlugin ? "" : "Global Options:\n\(table(PluginInvocation.options))\n\n"
    return """
      Usage:  \(program) \(invocation.isPlugin ? "" : "[OPTIONS] ")COMMAND

      \(Session.metadata("ShortDescription"))

      Commands:
      \(Table(rows: names).text)

      \(globals)Run '\(program) COMMAND --help' for more information on a command.
      """
  }

  static func text(of verb: any Verb.Type, program: String) -> String {
    var paragraphs = [
      "Usage:  \([program, verb.name, verb.usage].filter { !$0.isEmpty }.joined(separator: " "))", verb.abstract,
    ]
    if !verb.discussion.isEmpty { paragraphs.append(verb.discussion) }
    paragraphs.append("Options:\n\(table(options(of: verb)))")
    return paragraphs.joined(separator: "\n\n")
  }

  private static func table(_ options: [Option]) -> String {
    Table(rows: options.map { ["  \($0.names)", $0.help] }).text
  }

  struct Option: Sendable {
    var short: Character?
    let long: String
    /// What stands for the option's value; nil where it has none.
    var value: String?
    /// The words that the value can be; empty where it is open.
    var choices: [String] = []
    let help: String

    var flags: [String] { (short.map { ["-\($0)"] } ?? []) + ["--\(long)"] }

    /// `-t, --tag TAG`; without a short name, the place for it is kept free.
    var names: String {
      let names = (short.map { "-\($0), " } ?? "    ") + "--\(long)"
      return value.map { "\(names) \($0)" } ?? names
    }
  }

  /// Every option that is shown, in alphabetical order. ArgumentParser tells them in JSON, for tools that make manuals.
  static func options(of verb: any Verb.Type) -> [Option] {
    let dump = (try? JSONValue(decoding: Array(verb._dumpHelp().utf8))).map { JSONNode($0) }
    let arguments = (try? dump?.required("command").required("arguments").array()) ?? []
    return arguments.compactMap(Option.init).sorted { $0.long < $1.long }
  }
}

extension Help.Option {
  fileprivate init?(_ node: JSONNode) {
    guard let kind = try? node.required("kind").string(), kind != "positional",
      case .bool(true)? = try? node.required("shouldDisplay").value,
      let names = try? node.required("names").array()
    else { return nil }
    func name(_ kind: String) -> String? {
      let match = names.first { (try? $0.required("kind").string()) == kind }
      return try? match?.required("name").string()
    }
    // As in docker's own help: that there is --help, its reader knows.
    guard let long = name("long"), long != "help" else { return nil }
    self.long = long
    short = name("short")?.first
    value = kind == "option" ? try? node.required("valueName").string() : nil
    choices = (try? node.optional("allValues")?.strings()) ?? []
    help = (try? node.optional("abstract")?.string()) ?? ""
  }
}
