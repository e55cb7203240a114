import DockerConfig
import HTTP
import ManifestLists
import OCI
import OCIRegistry

/// A shell script with curl's commands for the steps. It contains no secret: names, passwords and tokens are variables, which
/// curl reads from its standard input. Everyone on a machine can read the arguments of its processes.
struct CurlCommands: CustomStringConvertible {
  private let name: ResolvedName
  private let access: RepositoryAccess
  private let connection: CurlConnection

  init(_ name: ResolvedName, _ access: RepositoryAccess, systemAuthorities: SystemAuthorities, proxies: ProxySettings) {
    (self.name, self.access) = (name, access)
    connection = CurlConnection(access, systemAuthorities: systemAuthorities, proxies: proxies)
  }

  var description: String {
    let paragraphs = [hint, connection.preparation, preparation] + name.steps.map(paragraph)
    return paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var hint: [String] {
    switch access.authentication {
    case .none: return []
    case .token(let request) where request.account == .anonymous: return []
    default: break
    }
    return [
      "# Secrets are passed to curl through a pipe (-H @-): everyone on this machine can see the",
      "# arguments of a process.",
    ]
  }

  /// The lines above the first request.
  private var preparation: [String] {
    switch access.authentication {
    case .none: []
    case .basic:
      ["# The registry requires a user name and a password with each request."] + Self.userAndPassword
    case .registryToken:
      ["# TOKEN is the registrytoken in docker's config.json.", Self.required("TOKEN")]
    case .token(let request): tokenRequest(request)
    }
  }

  private func tokenRequest(_ request: RepositoryAccess.TokenRequest) -> [String] {
    let service = request.service.map { [("service", $0)] } ?? []
    let pairs = (service + request.scopes.map { ("scope", $0) }).map { "\($0)=\($1.percentEncoded)" }
    let url = request.realm + (request.realm.contains("?") ? "&" : "?") + pairs.joined(separator: "&")
    let options = connection.options(request.connection, of: request.realm)
    let withBasic = [Self.header("Basic", "BASIC"), "curl -gfsSL"] + options + ["-H @-"]
    let identityToken = [
      "# 0 A token to pull. IDENTITY_TOKEN is the identitytoken that docker login stored.",
      Self.required("IDENTITY_TOKEN"),
    ]
    switch request.account {
    case .anonymous:
      return ["# 0 A token to pull, without logging in."] + Self.token(["curl -gfsSL"] + options, url)
    case .password: return ["# 0 A token to pull."] + Self.userAndPassword + Self.token(withBasic, url)
    case .identityToken(isPosted: false):
      return identityToken + [Self.basic("$IDENTITY_TOKEN", user: "")] + Self.token(withBasic, url)
    case .identityToken(isPosted: true):
      let form = [
        ("grant_type", "refresh_token"), ("client_id", "curl"), ("service", request.service ?? ""),
        ("scope", request.scopes.joined(separator: " ")),
      ]
      let fields = form.filter { !$0.1.isEmpty }.map { "\(ShellWord("\($0.0)=\($0.1)"))" } + ["refresh_token@-"]
      // With -L, curl would send the form to wherever the server leads.
      let words =
        [#"printf %s "$IDENTITY_TOKEN" |"#, "curl -gfsS"] + options + fields.map { "\\\n  --data-urlencode \($0)" }
      return identityToken + Self.token(words, request.realm)
    }
  }

  private static let userAndPassword = [
    required("REGISTRY_USER", "REGISTRY_PASSWORD"), basic("$REGISTRY_PASSWORD", user: "$REGISTRY_USER"),
  ]

  /// The name and the password as the header field has them.
  private static func basic(_ password: String, user: String) -> String {
    #"BASIC=$(printf %s "\#(user):\#(password)" | base64 | tr -d '\n')"#
  }

  /// Some servers escape the slash, the plus or the equals sign in JSON. A token contains no other character that is escaped,
  /// and none that is removed or replaced here.
  private static func token(_ words: [String], _ url: String) -> [String] {
    [
      "# In the answer, which is JSON: one member a line, without spaces and escapes",
      "TOKEN=$(\(words.joined(separator: " ")) \\", "  \(ShellWord(url)) |",
      #"  tr -d '[:space:]' | tr '{,}' '\n\n\n' |"#,
      #"  sed -e 's,\\u002[Ff],/,g; s,\\u002[Bb],+,g; s,\\u003[Dd],=,g; s,\\/,/,g' |"#,
      #"  sed -nE 's/^"(access_)?token":"([^"]+)"$/\2/p' | head -n 1)"#,
      #": "${TOKEN:?is not in the answer}""#,
    ]
  }

  /// A variable that is not set ends the script with a message.
  private static func required(_ names: String...) -> String {
    ([":"] + names.map { "\"${\($0):?}\"" }).joined(separator: " ")
  }

  /// printf is a part of the shell: there is no process with the secret in its arguments.
  private static func header(_ scheme: String, _ variable: String) -> String {
    "printf 'Authorization: \(scheme) %s' \"$\(variable)\" |"
  }

  private func paragraph(_ step: ResolveStep) -> [String] {
    switch step {
    case .name(let read, let descriptor):
      [Self.comment("1 Which manifest the name refers to", read)]
        + command(read, RepositoryClient.acceptOfContainerd)
        + (read == .name ? ["# \(descriptor.digest)"] : [])
    case .list(let read, let descriptor, _, _):
      [Self.comment("2 The list", read)] + command(read, [descriptor.mediaType.rawValue])
    case .choice(let choice):
      [
        "# 3 The entry for \(choice.platform.withVersion): no request",
        "# \(choice.entry.digest)",
      ]
    case .single: ["# 2, 3 Not a list: nothing to choose"]
    case .image(let read, let parts):
      [Self.comment("4 The manifest of the image, with its config and layers", read)]
        + command(read, Self.accept(parts.manifest.mediaType)) + blob(parts.image.config)
    }
  }

  private static func comment(_ text: String, _ read: ManifestRead) -> String {
    switch read {
    case .name: "# \(text): no request, the name contains the digest"
    case .known: "# \(text): no request, step 1 has read it"
    default: "# \(text)"
    }
  }

  /// Another type is not repeated: a registry could have put a secret in it.
  private static func accept(_ type: MediaType) -> [String] {
    MediaType.manifests.contains(type) ? [type.rawValue] : RepositoryClient.acceptOfContainerd
  }

  private func command(_ read: ManifestRead, _ accept: [String]) -> [String] {
    let (option, name): (String, ManifestName)
    switch read {
    case .head(let head): (option, name) = ("-gfsSLI", head)
    case .get(let get): (option, name) = ("-gfsSL", get)
    default: return []
    }
    let url = "\(access.url)/manifests/\(name.pathComponent)\(access.query)"
    return [
      "\(curl(option)) \\",
      "  -H \(ShellWord("Accept: \(accept.joined(separator: ", "))")) \\",
      "  \(ShellWord(url))",
    ]
  }

  /// How the config can be read, and in the same way each layer. Nothing needs it yet.
  private func blob(_ config: Descriptor) -> [String] {
    [
      "# The config; each layer is read in the same way:", "# \(curl("-gfsSL")) \\",
      "#   \(ShellWord("\(access.url)/blobs/\(config.digest)\(access.query)"))",
    ]
  }

  private func curl(_ option: String) -> String {
    let header: String? =
      switch access.authentication {
      case .none: nil
      case .basic: Self.header("Basic", "BASIC")
      case .registryToken, .token: Self.header("Bearer", "TOKEN")
      }
    let options = ["curl \(option)"] + connection.options(access.connection, of: access.url)
    return (header.map { [$0] + options + ["-H @-"] } ?? options).joined(separator: " ")
  }
}
