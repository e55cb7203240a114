/// Help in docker's layout, made from the declarations of the commands.
enum Help {
  static func overview(of verbs: [any VerbDeclaration.Type], _ invocation: PluginInvocation) -> String {
    let program = invocation.program
    let names = verbs.filter { !$0.isHidden }.sorted { $0.name < $1.name }.map { ["  \($0.name)", $0.abstract] }
    let globals = invocation.isPlugin ? "" : "Global Options:\n\(table(PluginInvocation.options))\n\n"
    return """
      Usage:  \(invocation.usage)

      \(ProgramMetadata.abstract)

      Commands:
      \(Table(rows: names).text)

      \(globals)Exit Status:
      \(statuses)

      Run '\(program) COMMAND --help' for more information on a command.
      """
  }

  private static var statuses: String {
    let rows = ExitStatus.allCases.map { ["  \($0.rawValue)", $0.meaning] }
    return Table(rows: rows + [["  \(ExitStatus.interrupted.status)", ExitStatus.interrupted.meaning]]).text
  }

  static func text(of verb: any VerbDeclaration.Type, program: String) -> String {
    let options = verb.options
    var paragraphs = ["Usage:  \(usage(of: verb, options, program))"]
    paragraphs += [verb.abstract, verb.discussion].filter { !$0.isEmpty }
    paragraphs += [options.valueForms].filter { !$0.isEmpty }
    for (title, options) in groups(of: options, verb) { paragraphs.append("\(title):\n\(table(options))") }
    return paragraphs.joined(separator: "\n\n")
  }

  /// One line for each form, as docker prints them.
  static func usage(of verb: any VerbDeclaration.Type, _ options: [CommandOption], _ program: String) -> String {
    let forms = [verb.usage(with: options)] + verb.furtherUsages
    return forms.map { form in [program, verb.name, form].filter { !$0.isEmpty }.joined(separator: " ") }
      .joined(separator: "\n        ")
  }

  private static func groups(
    of options: [CommandOption],
    _ verb: any VerbDeclaration.Type
  ) -> [(title: String, options: [CommandOption])] {
    let groups = verb.optionGroups
    let others = options.filter { option in !groups.contains { $0.names.contains(option.long) } }
    let named = groups.map { group in
      ("\(group.title) options", group.names.compactMap { name in options.first { $0.long == name } })
    }
    return named + (others.isEmpty ? [] : [("Options", others)])
  }

  private static func table(_ options: [CommandOption]) -> String {
    Table(rows: options.map { ["  \($0.names)", $0.abstract] }).text
  }
}
