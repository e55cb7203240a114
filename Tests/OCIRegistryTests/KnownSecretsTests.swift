import HTTP
import TestSupport
import Testing

@testable import OCIRegistry

@Suite struct KnownSecretsTests {
  private static let token = "dop_v1_0123456789abcdef"

  /// What was sent, and what the server may then repeat.
  static let requests: [(authorization: String?, body: String, repeated: [String])] = [
    // alice:pl4in t/xt
    (
      "Basic YWxpY2U6cGw0aW4gdC94dA==", "",
      ["YWxpY2U6cGw0aW4gdC94dA==", "pl4in t/xt", "alice:pl4in t/xt", "pl4in%20t%2Fxt"],
    ),
    ("Bearer abc.def-ghi", "", ["abc.def-ghi", "token abc.def-ghi!"]),
    (nil, "grant_type=refresh_token&refresh_token=re%2Ffresh", ["re/fresh", "re%2Ffresh"]),
    (nil, "username=alice&password=geheim%21", ["geheim!"]),
  ]

  @Test(arguments: requests)
  func whatWasSentIsNotShown(authorization: String?, body: String, repeated: [String]) async throws {
    let secrets = KnownSecrets()
    var request = HTTPRequest(.post, "https://r.example/token", body: Array(body.utf8))
    request.fields["Authorization"] = authorization
    _ = try await ReportingTransport(base: ScriptedTransport([.status(200)]), secrets: secrets) { _ in }.send(request)
    for text in repeated {
      let shown = secrets.redacting("before \(text) after")
      #expect(shown.contains("***") && !shown.contains(text), "\(shown)")
      #expect(shown.hasPrefix("before ") && shown.hasSuffix(" after"))
    }
    #expect(secrets.redacting("alice at https://r.example/token") == "alice at https://r.example/token")
  }

  @Test func onlyALongUserNameIsASecret() {
    let secrets = KnownSecrets()
    secrets.add(username: "alice", password: "p4ssword")
    secrets.add(username: Self.token + "x", password: Self.token)
    #expect(secrets.redacting("alice p4ssword \(Self.token)x") == "alice *** ***")
  }

  /// Every name could contain it.
  @Test func aShortPasswordIsNotSearchedFor() {
    let secrets = KnownSecrets()
    secrets.add(username: "alice", password: "test")
    #expect(secrets.redacting("r.example/test/app") == "r.example/test/app")
  }

  @Test func aPartOfASecretIsNotShownWhereTheTextWasCut() {
    let secrets = KnownSecrets()
    secrets.add(Self.token)
    #expect(secrets.redacting("got \(Self.token.dropLast())…") == "got ***…")
    #expect(secrets.redacting("got \(Self.token.prefix(6))…") == "got ***…")
    #expect(secrets.redacting("…\(Self.token.suffix(9)) was sent") == "…*** was sent")
    #expect(secrets.redacting("got \(Self.token.prefix(6)) and more") == "got \(Self.token.prefix(6)) and more")
  }

  @Test func aCombiningCharacterHidesNoSecret() {
    let secrets = KnownSecrets()
    secrets.add(Self.token)
    #expect(secrets.redacting("got \(Self.token)\u{301} and more").utf8.elementsEqual("got ***\u{301} and more".utf8))
    #expect(secrets.redacting("…\u{301}\(Self.token)…\u{301}").contains("dop_v1") == false)
    var request = HTTPRequest(.get, "https://r.example/")
    // me:, a combining acute accent, secret
    request.fields["Authorization"] = "Basic bWU6zIFzZWNyZXQ="
    secrets.add(from: request)
    #expect(secrets.redacting("got \u{301}secret").contains("secret") == false)
  }

  @Test func aProxysCredentialIsASecret() {
    let secrets = KnownSecrets()
    secrets.add(Proxy("http://bob:s%2Fcr3t-pw@proxy.example"))
    secrets.add(Proxy("http://proxy.example"))
    secrets.add(nil)
    #expect(secrets.redacting("a s/cr3t-pw s%2Fcr3t-pw") == "a *** ***")
  }
}
