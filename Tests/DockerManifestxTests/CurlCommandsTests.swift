import DockerConfig
import HTTP
import LocalSystem
import Testing

@testable import OCIRegistry
@testable import docker_manifestx

/// `Tests/Integration/test_resolve_curl.py` runs such commands.
@Suite struct CurlCommandsTests {
  private static func lines(
    _ authentication: RepositoryAccess.Authentication = .none,
    url: String = "https://r.example/v2/a",
    _ connection: RepositoryAccess.Connection = .init(),
    directories: [String]? = nil,
    environment: Environment = [:]
  ) throws -> [String] {
    let access = RepositoryAccess(url: url, query: "", connection: connection, authentication: authentication)
    let name = try ResolvedNameTextTests.resolved(access: access)
    let commands = CurlCommands(
      name,
      access,
      systemAuthorities: .init(file: "/system.pem", directories: directories),
      proxies: ProxySettings(environment)
    )
    return "\(commands)".split(separator: "\n").map(String.init)
  }

  private static func token(
    _ account: RepositoryAccess.TokenRequest.Account,
    realm: String = "https://t.example/token"
  ) -> RepositoryAccess.Authentication {
    .token(
      RepositoryAccess.TokenRequest(
        realm: realm,
        service: "r's registry",
        scopes: ["repository:a:pull", "aws:b"],
        connection: .init(),
        account: account
      )
    )
  }

  @Test func eachRequestIsACommand() throws {
    let lines = try Self.lines()
    let zeros = String(repeating: "0", count: 64)
    #expect(
      lines.prefix(8) == [
        "# 1 Which manifest the name refers to", "curl -gfsSLI --proto '=https' \\",
        "  -H 'Accept: \(RepositoryClient.acceptOfContainerd.joined(separator: ", "))' \\",
        "  https://r.example/v2/a/manifests/v1", "# 2 The list", "curl -gfsSL --proto '=https' \\",
        "  -H 'Accept: application/vnd.docker.distribution.manifest.list.v2+json' \\",
        "  https://r.example/v2/a/manifests/sha256:\(zeros)",
      ]
    )
    #expect(lines.contains("# 3 The entry for linux/amd64: no request"))
    #expect(lines.contains { $0.hasPrefix("#   https://r.example/v2/a/blobs/sha256:5555") })
  }

  static let authentications: [(RepositoryAccess.Authentication, first: String, each: String)] = [
    (.basic, #": "${REGISTRY_USER:?}" "${REGISTRY_PASSWORD:?}""#, #"Basic %s' "$BASIC""#),
    (.registryToken, #": "${TOKEN:?}""#, #"Bearer %s' "$TOKEN""#),
    (token(.anonymous), "TOKEN=$(curl -gfsSL --proto '=https' \\", #"Bearer %s' "$TOKEN""#),
    (
      token(.password),
      #"TOKEN=$(printf 'Authorization: Basic %s' "$BASIC" | curl -gfsSL --proto '=https' -H @- \"#,
      #"Bearer %s' "$TOKEN""#
    ),
    (
      token(.identityToken(isPosted: false)),
      #"BASIC=$(printf %s ":$IDENTITY_TOKEN" | base64 | tr -d '\n')"#,
      #"Bearer %s' "$TOKEN""#
    ),
    // Without -L.
    (
      token(.identityToken(isPosted: true)), #"TOKEN=$(printf %s "$IDENTITY_TOKEN" | curl -gfsS --proto '=https' \"#,
      #"Bearer %s' "$TOKEN""#
    ),
  ]

  @Test(arguments: authentications)
  func secretsAreVariables(authentication: RepositoryAccess.Authentication, first: String, each: String) throws {
    let lines = try Self.lines(authentication)
    #expect(lines.contains(first))
    #expect(lines.contains("printf 'Authorization: \(each) | curl -gfsSLI --proto '=https' -H @- \\"))
    #expect(lines.contains { $0.hasPrefix("# Secrets ") } == (authentication != Self.token(.anonymous)))
  }

  /// Only printf, which is a part of the shell, has one as an argument.
  @Test(arguments: authentications.map(\.0))
  func noProgramGetsASecretAsAnArgument(authentication: RepositoryAccess.Authentication) throws {
    let commands = try Self.lines(authentication).joined(separator: "\n").split { "|;\n(".contains($0) }
    let secrets = ["$TOKEN", "$BASIC", "$IDENTITY_TOKEN", "$REGISTRY_PASSWORD"]
    let printing = commands.filter { command in secrets.contains(where: command.contains) }
    #expect(!printing.isEmpty)
    #expect(printing.allSatisfy { $0.trimmingPrefix("# ").hasPrefix("printf ") }, "\(printing)")
  }

  @Test func theTokenRequestIsThatOfTheRegistry() throws {
    let lines = try Self.lines(Self.token(.anonymous, realm: "https://t.example/token?a='$(id)'"))
    let query = "service=r%27s%20registry&scope=repository%3Aa%3Apull&scope=aws%3Ab"
    #expect(lines.contains(#"  'https://t.example/token?a='\''$(id)'\''&"# + "\(query)' |"))
    let form = try Self.lines(Self.token(.identityToken(isPosted: true)))
    #expect(form.contains(#"  --data-urlencode 'service=r'\''s registry' \"#))
    #expect(form.contains(#"  --data-urlencode 'scope=repository:a:pull aws:b' \"#))
    #expect(form.contains(#"  --data-urlencode refresh_token@- \"#))
  }

  @Test func certificatesAreThoseOfDockersSettings() throws {
    var tls = TLSSettings()
    tls.authorities = ["/etc/docker/certs.d/r's/ca.crt"]
    tls.client = TLSSettings.ClientCertificate(certificate: "/c.cert", key: "/c.key")
    tls.authorities.append("/b.crt")
    let lines = try Self.lines(tls)
    let command = #"curl -gfsSLI --proto '=https' --cacert "$CA_FILE" --cert /c.cert --key /c.key \"#
    #expect(lines.contains(command))
    #expect(lines.contains(#"for file in /system.pem '/etc/docker/certs.d/r'\''s/ca.crt' /b.crt; do"#))
    tls.verifiesServer = false
    let unverified = try Self.lines(tls)
    #expect(unverified.contains(#"curl -gfsSLI -k --cert /c.cert --key /c.key \"#))
    let plain = try Self.lines(url: "http://r.example/v2/a", .init(tls: tls))
    #expect(plain.contains(#"curl -gfsSLI \"#))
    #expect(!(unverified + plain).contains { $0.contains("CA_FILE") })
  }

  static let pinned = [
    ("https://r.example:5000/v2/a", "198.51.100.1", "--connect-to r.example::198.51.100.1: --proto '=https'"),
    ("http://r.example/v2/a", "2001:db8::1", "--connect-to 'r.example::[2001:db8::1]:'"),
  ]

  @Test(arguments: pinned)
  func onlyAnAddressOfTheRangeIsConnectedTo(url: String, address: String, options: String) throws {
    let lines = try Self.lines(url: url, .init(address: address))
    #expect(lines.contains("curl -gfsSLI \(options) \\"))
  }

  /// The options for the token server and for the registry.
  static let direct: [(noProxy: String, realm: String, url: String, token: String, registry: String)] = [
    ("", "http://127.0.0.1:1/token", "http://r.example/v2/a", direct("127.0.0.1"), ""),
    ("", "http://t.example/token", "http://[::1]:5000/v2/a", "", direct("::1")),
    ("r.example:5000", "http://r.example/token", "http://r.example:5000/v2/a", "", direct("r.example")),
    ("*", "http://t.example/token", "http://localhost/v2/a", " --noproxy '*'", " --noproxy '*'"),
  ]

  private static func direct(_ host: String) -> String { #" --noproxy \#(host)",${NO_PROXY:-${no_proxy-}}""# }

  @Test(arguments: direct)
  func usesNoProxyWhereResolveUsesNone(_ noProxy: String, realm: String, url: String, token: String, registry: String)
    throws
  {
    let lines = try Self.lines(
      Self.token(.anonymous, realm: realm),
      url: url,
      environment: ["HTTP_PROXY": "http://p.example", "NO_PROXY": noProxy]
    )
    #expect(lines.contains("TOKEN=$(curl -gfsSL\(token) \\"))
    #expect(lines.contains { $0.hasSuffix("curl -gfsSLI\(registry) -H @- \\") })
  }

  /// The system's own file of authorities is found by curl.
  @Test func directoriesOfAuthoritiesAreRead() throws {
    let lines = try Self.lines(directories: ["/a b", "/c"])
    #expect(lines.contains("for file in /system.pem '/a b'/* /c/*; do"))
    #expect(lines.contains(#"curl -gfsSLI --proto '=https' --cacert "$CA_FILE" \"#))
    #expect(try !Self.lines(url: "http://r.example/v2/a", directories: ["/c"]).contains { $0.contains("CA_FILE") })
  }

  /// `--cert` is FILE[:PASSWORD].
  @Test func delimitersInThePathOfACertificateAreEscaped() throws {
    var tls = TLSSettings()
    tls.client = TLSSettings.ClientCertificate(certificate: #"/r:5000/a\b.cert"#, key: #"/r:5000/a\b.key"#)
    let command = #"curl -gfsSLI --proto '=https' --cert '/r\:5000/a\\b.cert' --key '/r:5000/a\b.key' \"#
    #expect(try Self.lines(tls).contains(command))
  }

  /// A combining character after a quote hides it from a comparison of Swift's characters, but not from a shell.
  @Test(arguments: ["", "\u{301}"])
  func nothingOfARegistryIsACommand(mark: String) throws {
    let request = RepositoryAccess.TokenRequest(
      realm: "https://t.example/token",
      service: "'\(mark)$(id)",
      scopes: ["repository:a:pull"],
      connection: .init(),
      account: .identityToken(isPosted: true)
    )
    let line = #"  --data-urlencode 'service='\''"# + "\(mark)$(id)' \\"
    #expect(try Self.lines(.token(request)).contains { $0.utf8.elementsEqual(line.utf8) })
  }

  @Test func secretsThatARegistryRepeatsAreHidden() throws {
    let secrets = KnownSecrets()
    secrets.add(username: "me", password: "sesame-sesame")
    let realm = "https://t.example/token?a=sesame-sesame"
    let access = RepositoryAccess(
      url: "https://r.example/v2/a",
      query: "",
      connection: .init(),
      authentication: Self.token(.password, realm: realm)
    ).redacting(secrets)
    guard case .token(let request) = access.authentication else { return #expect(Bool(false)) }
    #expect(request.realm == "https://t.example/token?a=***")
    #expect(request.service == "r's registry")
  }

  private static func lines(_ tls: TLSSettings) throws -> [String] { try lines(.none, .init(tls: tls)) }
}
