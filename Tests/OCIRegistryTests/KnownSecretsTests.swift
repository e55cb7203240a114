import Glibc
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

  /// Each of these has a form that is empty, or so short that it is in every text.
  @Test(arguments: ["======", "e=====", "=====e"])
  func aSecretOfEqualsSignsHasNoShortForm(secret: String) {
    let secrets = KnownSecrets()
    secrets.add(secret)
    secrets.add(token: secret)
    secrets.add(username: secret, password: secret)
    #expect(secrets.redacting("see the e of \(secret)!") == "see the e of ***!")
  }

  /// A token server can give another one with each response.
  @Test func onlyTheLastTokensTakeMemory() {
    let secrets = KnownSecrets()
    let tokens = (0..<40).map { String(repeating: "\($0)-", count: 8 << 10) }
    secrets.add(username: "alice", password: "p4ssword")
    for token in tokens { secrets.add(token: token) }
    #expect(secrets.redacting("p4ssword \(tokens[39])!") == "*** ***!")
    #expect(secrets.tokenSize <= KnownSecrets.tokenLimit && secrets.tokenSize > 0)
  }

  @Test func onlyALongUserNameIsASecret() {
    let secrets = KnownSecrets()
    secrets.add(username: "alice", password: "p4ssword")
    secrets.add(username: Self.token + "x", password: Self.token)
    #expect(secrets.redacting("alice p4ssword \(Self.token)x") == "alice *** ***")
  }

  /// A password, and what a server may write in its place.
  static let spellings: [(password: String, repeated: String)] = [
    ("p@ss/word+long", "p%40ss%2Fword%2Blong"),
    ("p@ss/word+long", "p%40ss%2fword%2blong"),
    ("p@ss/word+long", "p%40ss/word%2blong"),
    ("p@ss word/long", "p%40ss+word%2Flong"),
    ("p@ss/word+long", "cEBzcy93b3JkK2xvbmc="),
    ("p@ss/word+long", "cEBzcy93b3JkK2xvbmc"),
    // bobb:…
    ("p@ss/word+long", "Ym9iYjpwQHNzL3dvcmQrbG9uZw"),
    ("????>>>>", "Pz8_Pz4-Pj4"),
    ("p<ss&word\"long'", "p&lt;ss&amp;word&quot;long&#39;"),
    ("p<ss&word\"long'", "p&#x3C;ss&#38;word&#34;long&apos;"),
    (#"p"ss\word/long"#, #"p\"ss\\word\/long"#),
    (#"p"ss\word/long"#, #"p\u0022ss\u005Cword/long"#),
    ("p\u{1F600}ssword", #"p\ud83d\uDE00ssword"#),
    ("super\tsecret\u{AD}pw\u{200B}", #"super\u{9}secret\u{AD}pw\u{200B}"#),
    ("super\nsecret\r\npw", "super secret pw"),
    ("pässwörd", "p%c3%a4ssw%C3%B6rd"),
    (#"super\nsecret%41&lt;"#, #"super\nsecret%41&lt;"#),
  ]

  @Test(arguments: spellings)
  func aSecretIsRecognisedInEverySpelling(password: String, repeated: String) {
    let secrets = KnownSecrets()
    secrets.add(username: "bobb", password: password)
    #expect(secrets.redacting("100% & got \(repeated) \\and more") == "100% & got *** \\and more")
  }

  @Test func aPartOfASecretIsNotShownWhereAnEscapeWasCut() {
    let secrets = KnownSecrets()
    secrets.add("super/secret<pw")
    for cut in ["super/secr%6", "super%2Fsecr%", #"super\/secr\u00"#, "super/secret&l", #"super/secret\"#] {
      let shown = secrets.redacting("got \(cut)…")
      #expect(shown.hasPrefix("got ***") && shown.utf8.count < 16, "\(shown)")
    }
    #expect(secrets.redacting("…%2Fsecret&lt;pw was sent") == "…*** was sent")
  }

  /// A registry chooses the token and the message.
  @Test(.timeLimit(.minutes(5))) func aLongTokenTakesNoLongTime() {
    let secrets = KnownSecrets()
    let token = String(repeating: "A", count: 1 << 14)
    secrets.add(token)
    let text = String(repeating: "A", count: 1 << 15) + "…AAAAAA…%41…"
    let start = Self.processorSeconds
    #expect(secrets.redacting(text) == "***…***…%41…")
    #expect(secrets.redacting(token.dropLast() + "B" + token) == token.dropLast() + "B***")
    #expect(Self.processorSeconds - start < 20)
  }

  /// What this thread has used: other tests run at the same time.
  private static var processorSeconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec
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
    request.fields["Authorization"] = "Bearer \u{301}abcdefgh"
    secrets.add(from: request)
    #expect(secrets.redacting("got \u{301}abcdefgh") == "got ***")
  }

  @Test func aProxysCredentialIsASecret() {
    let secrets = KnownSecrets()
    secrets.add(Proxy("http://bob:s%2Fcr3t-pw@proxy.example", from: "HTTPS_PROXY"))
    secrets.add(Proxy("http://proxy.example", from: "HTTPS_PROXY"))
    secrets.add(nil)
    #expect(secrets.redacting("a s/cr3t-pw s%2Fcr3t-pw") == "a *** ***")
  }
}
