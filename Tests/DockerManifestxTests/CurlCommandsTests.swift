import HTTP
import Testing

@testable import OCIRegistry
@testable import docker_manifestx

/// `Tests/Integration/test_resolve.py` runs such commands.
@Suite struct CurlCommandsTests {
  private static func lines(
    _ authentication: RepositoryAccess.Authentication = .none,
    url: String = "https://r.example/v2/a",
    _ tls: TLSSettings = TLSSettings()
  ) throws -> [String] {
    let access = RepositoryAccess(url: url, query: "", tls: tls, authentication: authentication)
    let name = try ResolvedNameTextTests.resolved(access: access)
    return "\(CurlCommands(name, access))".split(separator: "\n").map(String.init)
  }

  private static func token(
    _ account: RepositoryAccess.TokenRequest.Account,
    realm: String = "https://t.example/token"
  ) -> RepositoryAccess.Authentication {
    .token(
      RepositoryAccess.TokenRequest(
        realm: realm,
        service: "r's registry",
        scope: "repository:a:pull",
        tls: TLSSettings(),
        account: account
      )
    )
  }

  @Test func eachRequestIsACommand() throws {
    let lines = try Self.lines()
    let zeros = String(repeating: "0", count: 64)
    #expect(
      lines.prefix(8) == [
        "# 1 Which manifest the name refers to", "curl -fsSLI \\",
        "  -H 'Accept: \(RepositoryClient.acceptOfContainerd.joined(separator: ", "))' \\",
        "  https://r.example/v2/a/manifests/v1", "# 2 The list", "curl -fsSL \\",
        "  -H 'Accept: application/vnd.docker.distribution.manifest.list.v2+json' \\",
        "  https://r.example/v2/a/manifests/sha256:\(zeros)",
      ]
    )
    #expect(lines.contains("# 3 The entry for linux/amd64: no request"))
    #expect(lines.contains { $0.hasPrefix("#   https://r.example/v2/a/blobs/sha256:5555") })
  }

  static let authentications: [(RepositoryAccess.Authentication, first: String, each: String)] = [
    (.basic, #": "${REGISTRY_USER:?}" "${REGISTRY_PASSWORD:?}""#, #"-u "$REGISTRY_USER:$REGISTRY_PASSWORD""#),
    (.registryToken, #": "${TOKEN:?}""#, #"-H "Authorization: Bearer $TOKEN""#),
    (token(.anonymous), "TOKEN=$(curl -fsSL \\", #"-H "Authorization: Bearer $TOKEN""#),
    (
      token(.password), #"TOKEN=$(curl -fsSL -u "$REGISTRY_USER:$REGISTRY_PASSWORD" \"#,
      #"-H "Authorization: Bearer $TOKEN""#
    ),
    (token(.identityToken), #": "${IDENTITY_TOKEN:?}""#, #"-H "Authorization: Bearer $TOKEN""#),
  ]

  @Test(arguments: authentications)
  func secretsAreVariables(authentication: RepositoryAccess.Authentication, first: String, each: String) throws {
    let lines = try Self.lines(authentication)
    #expect(lines.contains(first))
    #expect(lines.contains("curl -fsSLI \(each) \\"))
  }

  @Test func theTokenRequestIsThatOfTheRegistry() throws {
    let lines = try Self.lines(Self.token(.anonymous, realm: "https://t.example/token?a='$(id)'"))
    let url = #"  'https://t.example/token?a='\''$(id)'\''&service=r%27s%20registry&scope=repository%3Aa%3Apull' |"#
    #expect(lines.contains(url))
    let form = try Self.lines(Self.token(.identityToken))
    #expect(form.contains { $0.contains(#"--data-urlencode 'service=r'\''s registry'"#) })
    #expect(form.contains { $0.contains(#"--data-urlencode "refresh_token=$IDENTITY_TOKEN""#) })
  }

  @Test func certificatesAreThoseOfDockersSettings() throws {
    var tls = TLSSettings()
    tls.authorities = ["/etc/docker/certs.d/r's/ca.crt"]
    tls.client = TLSSettings.ClientCertificate(certificate: "/c.cert", key: "/c.key")
    #expect(
      try Self.lines(tls).contains(
        #"curl -fsSLI --cacert '/etc/docker/certs.d/r'\''s/ca.crt' --cert /c.cert --key /c.key \"#
      )
    )
    tls.authorities.append("/b.crt")
    #expect(try Self.lines(tls).contains { $0.contains("--cacert <(cat ") && $0.contains(" /b.crt)") })
    tls.verifiesServer = false
    #expect(try Self.lines(tls).contains(#"curl -fsSLI -k --cert /c.cert --key /c.key \"#))
    #expect(try Self.lines(url: "http://r.example/v2/a", tls).contains(#"curl -fsSLI \"#))
  }

  private static func lines(_ tls: TLSSettings) throws -> [String] { try lines(.none, tls) }
}
