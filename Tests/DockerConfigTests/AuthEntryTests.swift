import JSON
import Testing

@testable import DockerConfig

@Suite struct AuthEntryTests {
  static let read: [(text: String, credential: Credential)] = [
    ("{}", .anonymous),
    (#"{"auth":""}"#, .anonymous),
    // me:secret
    (#"{"auth":"bWU6c2VjcmV0"}"#, .basic(username: "me", password: Secret("secret"))),
    // me:se:cr:et
    (#"{"auth":"bWU6c2U6Y3I6ZXQ="}"#, .basic(username: "me", password: Secret("se:cr:et"))),
    // The same without its padding.
    (#"{"auth":"bWU6c2U6Y3I6ZXQ"}"#, .basic(username: "me", password: Secret("se:cr:et"))),
    // me:é
    (#"{"auth":"bWU6w6k="}"#, .basic(username: "me", password: Secret("é"))),
    // me:, a combining acute accent, secret
    (#"{"auth":"bWU6zIFzZWNyZXQ="}"#, .basic(username: "me", password: Secret("\u{301}secret"))),
    // me:secret and two zero bytes, as docker once wrote.
    (#"{"auth":"bWU6c2VjcmV0AAA="}"#, .basic(username: "me", password: Secret("secret"))),
    // me:
    (#"{"auth":"bWU6"}"#, .basic(username: "me", password: Secret(""))),
    // The same with line breaks, as `base64` and Windows put them in.
    (#"{"auth":"bWU6\r\nc2Vj\ncmV0\n"}"#, .basic(username: "me", password: Secret("secret"))),
    (#"{"auth":"bWU6c2U6Y3I6\nZXQ"}"#, .basic(username: "me", password: Secret("se:cr:et"))),
    (#"{"auth":"\n"}"#, .anonymous),
    // A colon alone, and one with the zero bytes.
    (#"{"auth":"Og=="}"#, .anonymous),
    (#"{"auth":"OgAA"}"#, .anonymous),
    // :secret
    (#"{"auth":"OnNlY3JldA=="}"#, .basic(username: "", password: Secret("secret"))),
    (#"{"username":"me","password":"secret"}"#, .basic(username: "me", password: Secret("secret"))),
    // A registry token comes before an identity token, and that before the password.
    (#"{"auth":"bWU6c2VjcmV0","identitytoken":"t"}"#, .identityToken(Secret("t"))),
    (#"{"auth":"bWU6c2VjcmV0","identitytoken":"t","registrytoken":"r"}"#, .registryToken(Secret("r"))),
    (
      #"{"auth":"bWU6c2VjcmV0","identitytoken":"","registrytoken":""}"#,
      .basic(username: "me", password: Secret("secret"))
    ),
  ]

  @Test(arguments: read)
  func reads(text: String, credential: Credential) throws {
    #expect(try entry(text).credential == credential)
  }

  static let wrong: [(text: String, words: String)] = [
    (#"{"auth":"!!!secret"}"#, "is not base64"),
    // Go's decoder ignores line breaks only.
    (#"{"auth":"bWU6 c2VjcmV0"}"#, "is not base64"),
    (#"{"auth":"bWU6\tc2VjcmV0"}"#, "is not base64"),
    // A name without a colon.
    (#"{"auth":"c2VjcmV0"}"#, "is not base64 of USERNAME:PASSWORD"),
    // me: and é in Latin-1.
    (#"{"auth":"bWU66Q=="}"#, "contains a user name or a password that is not UTF-8"),
    (#"{"auth":5}"#, "must be a string, but is a number"),
  ]

  @Test(arguments: wrong)
  func namesTheFileAndTheMemberButNotTheValue(text: String, words: String) {
    let error = #expect(throws: SettingsError.self) { try entry(text) }
    #expect(error?.path == "/c/config.json")
    #expect(error?.description.hasSuffix(#"auths["r.example"].auth \#(words)"#) == true)
    #expect(error?.description.contains("secret") == false)
    #expect(error?.description.contains("c2VjcmV0") == false)
  }

  @Test(arguments: [#"secret\n"#, #"sec\u0000ret"#, #"secret\u007f"#])
  func aTokenThatIsNoValueOfAHeaderFieldIsRefused(token: String) {
    let error = #expect(throws: SettingsError.self) { try entry(#"{"registrytoken":"\#(token)"}"#) }
    #expect(
      error?.description
        == #"/c/config.json: auths["r.example"].registrytoken contains line breaks or other control characters"#
    )
  }

  @Test func aSecretIsNeverPrinted() {
    let credential = Credential.basic(username: "me", password: Secret("hunter2"))
    var dumped = ""
    dump(credential, to: &dumped)
    #expect(![dumped, "\(credential)", String(reflecting: credential)].contains { $0.contains("hunter2") })
  }

  private func entry(_ text: String) throws -> AuthEntry {
    let node = JSONNode(try JSONValue(decoding: Array(text.utf8)), path: #"auths["r.example"]"#)
    return try AuthEntry(node, file: "/c/config.json")
  }
}
