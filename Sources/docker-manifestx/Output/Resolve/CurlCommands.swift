import HTTP
import ManifestLists
import OCI
import OCIRegistry

/// A shell script with curl's commands for the steps. It contains no secret: names, passwords and tokens are variables.
struct CurlCommands: CustomStringConvertible {
  let description: String

  init(_ name: ResolvedName, _ access: RepositoryAccess) {
    var paragraphs = [Self.preparation(access.authentication)].filter { !$0.isEmpty }
    for step in name.steps { paragraphs.append(Self.paragraph(step, access)) }
    description = paragraphs.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  /// The lines above the first request.
  private static func preparation(_ authentication: RepositoryAccess.Authentication) -> [String] {
    switch authentication {
    case .none: []
    case .basic:
      ["# The registry requires a user name and a password with each request.", required(user, password)]
    case .registryToken:
      ["# TOKEN is the registrytoken in docker's config.json.", required("TOKEN")]
    case .token(let request): tokenRequest(request)
    }
  }

  private static func tokenRequest(_ request: RepositoryAccess.TokenRequest) -> [String] {
    let pairs = [("service", request.service), ("scope", request.scope)].compactMap { name, value in
      value.map { "\(name)=\($0.percentEncoded)" }
    }
    let url = request.realm + (request.realm.contains("?") ? "&" : "?") + pairs.joined(separator: "&")
    let find = #"sed -nE 's/.*"(access_)?token" *: *"([^"]+)".*/\2/p' | head -n 1)"#
    func lines(_ comment: String, _ variables: [String], _ options: [String], _ url: String) -> [String] {
      let words = ["TOKEN=$(curl -fsSL"] + tls(request.tls, of: request.realm) + options
      return ["# 0 \(comment)"] + (variables.isEmpty ? [] : [required(variables)])
        + ["\(words.joined(separator: " ")) \\", "  \(ShellWord(url)) |", "  \(find)"]
    }
    switch request.account {
    case .anonymous: return lines("A token to pull, without logging in.", [], [], url)
    case .password:
      return lines("A token to pull.", [user, password], ["-u \"$\(user):$\(password)\""], url)
    case .identityToken:
      let form =
        [("grant_type", "refresh_token"), ("client_id", "curl")] + [("service", request.service ?? "")]
        + [("scope", request.scope)]
      let options = form.filter { !$0.1.isEmpty }.map { "--data-urlencode \(ShellWord("\($0.0)=\($0.1)"))" }
      return lines(
        "A token to pull. IDENTITY_TOKEN is the identitytoken that docker login stored.",
        ["IDENTITY_TOKEN"],
        options + ["--data-urlencode \"refresh_token=$IDENTITY_TOKEN\""],
        request.realm
      )
    }
  }

  /// A variable that is not set ends the script with a message.
  private static func required(_ names: String...) -> String { required(names) }
  private static func required(_ names: [String]) -> String {
    ([":"] + names.map { "\"${\($0):?}\"" }).joined(separator: " ")
  }

  private static let (user, password) = ("REGISTRY_USER", "REGISTRY_PASSWORD")

  private static func paragraph(_ step: ResolveStep, _ access: RepositoryAccess) -> [String] {
    switch step {
    case .name(let read, let descriptor):
      [comment("1 Which manifest the name refers to", read)]
        + command(read, RepositoryClient.acceptOfContainerd, access)
        + (read == .name ? ["# \(descriptor.digest)"] : [])
    case .list(let read, let descriptor, _, _):
      [comment("2 The list", read)] + command(read, [descriptor.mediaType.rawValue], access)
    case .choice(let choice):
      [
        "# 3 The entry for \(choice.platform.withVersion): no request",
        "# \(choice.entry.digest)",
      ]
    case .single: ["# 2, 3 Not a list: nothing to choose"]
    case .image(let read, let parts):
      [comment("4 The manifest of the image, with its config and layers", read)]
        + command(read, [parts.manifest.mediaType.rawValue], access) + blob(parts.image.config, access)
    }
  }

  private static func comment(_ text: String, _ read: ManifestRead) -> String {
    switch read {
    case .name: "# \(text): no request, the name contains the digest"
    case .known: "# \(text): no request, step 1 has read it"
    default: "# \(text)"
    }
  }

  private static func command(_ read: ManifestRead, _ accept: [String], _ access: RepositoryAccess) -> [String] {
    let (option, name): (String, ManifestName)
    switch read {
    case .head(let head): (option, name) = ("-fsSLI", head)
    case .get(let get): (option, name) = ("-fsSL", get)
    default: return []
    }
    let url = "\(access.url)/manifests/\(name.pathComponent)\(access.query)"
    return [
      "\((["curl \(option)"] + common(access)).joined(separator: " ")) \\",
      "  -H \(ShellWord("Accept: \(accept.joined(separator: ", "))")) \\",
      "  \(ShellWord(url))",
    ]
  }

  /// How the config can be read, and in the same way each layer. Nothing needs it yet.
  private static func blob(_ config: Descriptor, _ access: RepositoryAccess) -> [String] {
    let words = ["# curl -fsSL"] + common(access)
    return [
      "# The config; each layer is read in the same way:", "\(words.joined(separator: " ")) \\",
      "#   \(ShellWord("\(access.url)/blobs/\(config.digest)\(access.query)"))",
    ]
  }

  private static func common(_ access: RepositoryAccess) -> [String] {
    let authorization: [String] =
      switch access.authentication {
      case .none: []
      case .basic: ["-u \"$\(user):$\(password)\""]
      case .registryToken, .token: ["-H \"Authorization: Bearer $TOKEN\""]
      }
    return tls(access.tls, of: access.url) + authorization
  }

  private static func tls(_ settings: TLSSettings, of url: String) -> [String] {
    guard url.hasPrefix("https:") else { return [] }
    var words = settings.verifiesServer ? [] : ["-k"]
    switch settings.authorities.count {
    case _ where !settings.verifiesServer: break
    case 0: break
    case 1: words.append("--cacert \(ShellWord(settings.authorities[0]))")
    default:
      // curl has room for one file.
      words.append("--cacert <(cat \(settings.authorities.map { "\(ShellWord($0))" }.joined(separator: " ")))")
    }
    if settings.mayHaveClient, let client = settings.client {
      words.append("--cert \(ShellWord(client.certificate)) --key \(ShellWord(client.key))")
    }
    return words
  }
}
