/// The manual page, in roff: made of the same declarations as `Help`, so that the two can't differ.
///
/// `install.sh` writes what `docker-manifestx __man` prints.
enum Manual {
  static var page: String {
    let name = "docker-\(Session.metadata("Name"))"
    let blocks = [
      ".TH \(escaped(name.uppercased())) 1 \"\" \"\(escaped("\(name) \(Session.metadata("Version"))"))\"",
      // No hyphens, and no stretched lines: most of what is here are words of commands.
      ".nh\n.ad l",
      section("NAME", "\(escaped(name)) \\- \(escaped(Session.metadata("ShortDescription")))"),
      section("SYNOPSIS", synopsis),
      section("DESCRIPTION", description),
      section("COMMANDS", verbs.map(chapter(on:)).joined(separator: "\n")),
      section("ENVIRONMENT", definitions(environment)),
      section("FILES", definitions(files)),
      section("EXIT STATUS", definitions(statuses)),
      section("SEE ALSO", "\\fBdocker\\fR(1), \(escaped(Session.metadata("URL")))"),
    ]
    return blocks.joined(separator: "\n") + "\n"
  }

  private static let program = "docker manifestx"

  private static var verbs: [any Verb.Type] { CommandLineTool.verbs.sorted { $0.name < $1.name } }

  private static var synopsis: String {
    verbs.map { "\\fB\(escaped("\(program) \($0.name)"))\\fR \(escaped($0.usage))" }.joined(separator: "\n.br\n")
  }

  private static var description: String {
    paragraphs(
      """
      A plugin of the docker command. Each command may be called through docker, or directly: docker-manifestx publish \
      does what docker manifestx publish does.

      Results are printed on standard output, everything else on standard error. The flags of docker itself are \
      understood in front of the name of the plugin: --config, --debug and --log-level count, and those that choose an \
      engine make no difference, because registries are the same for all of them.
      """
    )
  }

  private static let environment = [
    ("DOCKER_CONFIG", "The directory of docker's settings, ~/.docker by default."),
    ("DOCKER_AUTH_CONFIG", "Credentials as in config.json; they count more than those there."),
    ("SSL_CERT_FILE", "A file of certificate authorities in place of the system's, in PEM."),
    ("SSL_CERT_DIR", "The same for the system's directories, with : between them; all files in them are read."),
  ]

  private static let files = [
    ("~/.docker/config.json", "Docker's settings: the credentials of docker login, and credential helpers."),
    ("/etc/docker/daemon.json", "insecure-registries: the ones that may speak plain HTTP."),
    ("/etc/docker/certs.d/HOST/", "Certificates for the registry of that name."),
  ]

  private static let statuses = [
    ("0", "It is done."),
    ("1", "It failed, and the message says why. Also for an unknown command, or too few or too many words."),
    ("125", "An option is wrong."),
  ]

  private static func chapter(on verb: any Verb.Type) -> String {
    let usage = "\\fB\(escaped("\(program) \(verb.name)"))\\fR \(escaped(verb.usage))"
    let options = Help.options(of: verb).map { option in
      let names = (option.short.map { "-\($0), " } ?? "") + "--\(option.long)"
      let value = option.value.map { " \\fI\(escaped($0))\\fR" } ?? ""
      return ".TP\n\\fB\(escaped(names))\\fR\(value)\n\(line(option.help))"
    }
    let parts = [".SS \(escaped(verb.name))", usage, paragraphs(verb.abstract + "."), paragraphs(verb.discussion)]
    return (parts + options).filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func section(_ title: String, _ content: String) -> String { ".SH \(title)\n\(content)" }

  private static func definitions(_ pairs: [(String, String)]) -> String {
    pairs.map { ".TP\n\\fB\(escaped($0))\\fR\n\(line($1))" }.joined(separator: "\n")
  }

  /// Text is filled anew; an indented paragraph is an example, and keeps its lines.
  private static func paragraphs(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.split(whereSeparator: \.isEmpty).map { lines in
      let isExample = lines.allSatisfy { $0.hasPrefix(" ") }
      let body = lines.map { line(String($0)) }.joined(separator: "\n")
      return isExample ? ".PP\n.EX\n\(body)\n.EE" : ".PP\n\(body)"
    }.joined(separator: "\n")
  }

  /// A line that is no request to roff, whatever it begins with.
  private static func line(_ text: String) -> String {
    (text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" : "") + escaped(text)
  }

  private static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\\": "\\e"
      case "-": "\\-"
      case "'": "\\(aq"
      case "`": "\\(ga"
      case "^": "\\(ha"
      case "~": "\\(ti"
      default: String(character)
      }
    }.joined()
  }
}
