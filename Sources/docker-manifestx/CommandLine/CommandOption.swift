import ArgumentParser
import JSON

/// An option of a command or of the program, as help, completion, the manual and `OptionReader` need it.
struct CommandOption: Hashable, Sendable {
  var short: Character?
  let long: String
  /// Nil where the option is a flag.
  var value: Value?
  /// One line, for help.
  var abstract = ""

  struct Value: Hashable, Sendable {
    /// The placeholder for the value in help.
    let placeholder: String
    let kind: ArgumentKind

    init(_ kind: ArgumentKind, placeholder: String? = nil) {
      self.kind = kind
      self.placeholder = placeholder ?? kind.placeholder
    }
  }

  /// `-t, --tag TAG`; without a short name, the place for it is kept free.
  var names: String {
    let names = (short.map { "-\($0), " } ?? "    ") + "--\(long)"
    return value.map { "\(names) \($0.placeholder)" } ?? names
  }

  /// The options of a command that help shows, in alphabetical order. ArgumentParser describes them in JSON, for tools that
  /// write manuals; this takes a few milliseconds.
  static func all(of command: any ParsableArguments.Type) -> [CommandOption] {
    let dump = (try? JSONValue(decoding: Array(command._dumpHelp().utf8))).map { JSONNode($0) }
    let arguments = (try? dump?.required("command").required("arguments").array()) ?? []
    return arguments.compactMap(CommandOption.init).sorted { $0.long < $1.long }
  }
}

extension [CommandOption] {
  /// A sentence for each placeholder of times, because options differ in whether they have a unit. Empty if there is none.
  var valueForms: String {
    [ArgumentKind.duration, .seconds].filter { kind in contains { $0.value?.kind == kind } }
      .map { "\($0.placeholder) is \($0.acceptedForm)." }.joined(separator: "\n")
  }
}

extension CommandOption {
  fileprivate init?(_ node: JSONNode) {
    guard let kind = try? node.required("kind").string(), kind != "positional",
      case .bool(true)? = try? node.required("shouldDisplay").value,
      let names = try? node.required("names").array()
    else { return nil }
    func name(_ kind: String) -> String? {
      let match = names.first { (try? $0.required("kind").string()) == kind }
      return try? match?.required("name").string()
    }
    // docker's own help does not list --help either.
    guard let long = name("long"), long != "help" else { return nil }
    self.long = long
    short = name("short")?.first
    value = kind == "option" ? Value(node) : nil
    abstract = (try? node.optional("abstract")?.string()) ?? ""
  }
}

extension CommandOption.Value {
  fileprivate init?(_ node: JSONNode) {
    guard let placeholder = try? node.required("valueName").string() else { return nil }
    let choices = (try? node.optional("allValues")?.strings()) ?? []
    let kind = ArgumentKind.ofValues.first { $0.placeholder == placeholder }
    let isFormat = placeholder == ArgumentKind.format([]).placeholder
    let words = isFormat ? ArgumentKind.format(choices) : .choice(choices)
    self.init(choices.isEmpty ? kind ?? .other(placeholder) : words, placeholder: placeholder)
  }
}

extension ArgumentHelp {
  /// - Parameter kind: What the option's value is. `CommandOption` finds it again by its placeholder.
  init(_ abstract: String, kind: ArgumentKind) {
    self.init(abstract, valueName: kind.placeholder)
  }
}
