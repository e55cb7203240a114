/// The manual page, in roff, made from the same declarations as `Help`, so that the two cannot differ.
///
/// `install.sh` writes what `docker-manifestx __man` prints.
enum Manual {
  static func page(of all: [any VerbDeclaration.Type]) -> String {
    let name = "docker-\(ProgramMetadata.name)"
    let verbs = all.filter { !$0.isHidden }.sorted { $0.name < $1.name }
    let blocks = [
      ".TH \(escaped(name.uppercased())) 1 \"\" \"\(escaped("\(name) \(ProgramMetadata.version)"))\"",
      // Neither hyphens nor justified lines: most of the text is commands.
      ".nh\n.ad l",
      section("NAME", "\(escaped(name)) \\- \(escaped(ProgramMetadata.abstract))"),
      section("SYNOPSIS", verbs.map(usage(of:)).joined(separator: "\n.br\n")),
      section("DESCRIPTION", description),
      section("COMMANDS", verbs.map(chapter(on:)).joined(separator: "\n")),
      section("ENVIRONMENT", definitions(environment)),
      section("FILES", definitions(files)),
      section("EXIT STATUS", definitions(statuses)),
      section("SEE ALSO", "\\fBdocker\\fR(1)"),
    ]
    return blocks.joined(separator: "\n") + "\n"
  }

  private static func usage(of verb: any VerbDeclaration.Type) -> String {
    ([verb.usage] + verb.furtherUsages).map { form in
      "\\fB\(escaped("docker manifestx \(verb.name)"))\\fR \(escaped(form))"
    }.joined(separator: "\n.br\n")
  }

  private static var description: String {
    paragraphs(
      """
      A plugin of the docker command. Each command can be called through docker or directly: docker-manifestx publish \
      does the same as docker manifestx publish.

      Results are printed to standard output, everything else to standard error. docker's global options are accepted \
      before and after the plugin's name. --config, --debug and --log-level have an effect. The options that choose an \
      engine have one only with publish --push.
      """
    )
  }

  private static let environment = [
    ("DOCKER_CONFIG", "The directory of docker's settings (default ~/.docker)."),
    ("DOCKER_AUTH_CONFIG", "Credentials, in the form of config.json. They take precedence over those in the file."),
    (
      "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY",
      "The proxy, and the hosts for which it is not used. The names can also be in lower case."
    ),
    ("SSL_CERT_FILE", "A file of certificate authorities, in PEM, to use instead of the system's file."),
    ("SSL_CERT_DIR", "Directories of certificate authorities, separated by colons. All files in them are read."),
    ("MANIFESTX_ROOT", "The directory to use instead of / for the files in /etc/docker."),
    (
      "MANIFESTX_ENGINE",
      "For publish --push and image_push.sh: the program that pushes the images (docker, podman or nerdctl)."
    ),
    ("MANIFESTX_ALIAS", "For manifestx.sh: if it is 1, the file also defines the function manifest."),
  ]

  private static let files = [
    ("~/.docker/config.json", "Docker's settings: the credentials of docker login, and credential helpers."),
    (
      "/etc/docker/daemon.json, ~/.config/docker/daemon.json (rootless), ~/.docker/daemon.json (Docker Desktop)",
      "insecure-registries: the registries that may use plain HTTP. registry-mirrors: the mirrors of Docker Hub."
    ),
    (
      "/etc/docker/certs.d/HOST[:PORT]/, ~/.config/docker/certs.d/HOST[:PORT]/",
      "Certificate authorities and client certificates for the registry with this name."
    ),
  ]

  private static var statuses: [(String, String)] {
    ExitStatus.allCases.map { ("\($0.rawValue)", $0.meaning) } + [ExitStatus.interrupted]
  }

  private static func chapter(on verb: any VerbDeclaration.Type) -> String {
    let options = verb.options.map { option in
      let names = (option.short.map { "-\($0), " } ?? "") + "--\(option.long)"
      let value = option.value.map { " \\fI\(escaped($0.placeholder))\\fR" } ?? ""
      return ".TP\n\\fB\(escaped(names))\\fR\(value)\n\(line(option.abstract))"
    }
    let parts = [
      ".SS \(escaped(verb.name))", usage(of: verb), paragraphs(verb.abstract + "."), paragraphs(verb.discussion),
      paragraphs(verb.options.valueForms),
    ]
    return (parts + options).filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func section(_ title: String, _ content: String) -> String { ".SH \(title)\n\(content)" }

  private static func definitions(_ pairs: [(String, String)]) -> String {
    pairs.map { ".TP\n\\fB\(escaped($0))\\fR\n\(line($1))" }.joined(separator: "\n")
  }

  /// Paragraphs are filled by roff; an indented paragraph is an example, and keeps its lines.
  private static func paragraphs(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.split(whereSeparator: \.isEmpty).map { lines in
      let isExample = lines.allSatisfy { $0.hasPrefix(" ") }
      let body = lines.map { line(String($0)) }.joined(separator: "\n")
      return isExample ? ".PP\n.EX\n\(body)\n.EE" : ".PP\n\(body)"
    }.joined(separator: "\n")
  }

  /// A line of text. roff would take one that begins with a dot or an apostrophe for a request.
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
      // roff has no other form of it for terminals that are not in UTF-8.
      case "\u{2026}": "..."
      default: String(character)
      }
    }.joined()
  }
}
