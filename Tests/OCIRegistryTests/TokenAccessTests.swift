import Testing

@testable import OCIRegistry

@Suite struct TokenAccessTests {
  /// The payload in base64url without padding.
  static let tokens: [(payload: String, actions: [String]?)] = [
    // {"access":[{"type":"repository","name":"test/app","actions":["push","pull"]}]}
    (
      "eyJhY2Nlc3MiOlt7InR5cGUiOiJyZXBvc2l0b3J5IiwibmFtZSI6InRlc3QvYXBwIiwiYWN0aW9ucyI6WyJwdXNoIiwicHVsbCJdfV19",
      ["pull", "push"]
    ),
    // {"access":[{"type":"repository","name":"test/other","actions":["push"]}]}
    ("eyJhY2Nlc3MiOlt7InR5cGUiOiJyZXBvc2l0b3J5IiwibmFtZSI6InRlc3Qvb3RoZXIiLCJhY3Rpb25zIjpbInB1c2giXX1dfQ", []),
    // {"access":[]}
    ("eyJhY2Nlc3MiOltdfQ", []),
    // {"sub":"x"}: a token that does not say it.
    ("eyJzdWIiOiJ4In0", nil),
    // {"access":[{"type":"registry","name":"test/app","actions":["*"]},{"name":1}]}
    ("eyJhY2Nlc3MiOlt7InR5cGUiOiJyZWdpc3RyeSIsIm5hbWUiOiJ0ZXN0L2FwcCIsImFjdGlvbnMiOlsiKiJdfSx7Im5hbWUiOjF9XX0", []),
    ("!!!", nil),
  ]

  @Test(arguments: tokens)
  func readsTheClaim(payload: String, actions: [String]?) {
    #expect(TokenAccess(token: "e30.\(payload).c2ln")?.actions(on: "test/app") == actions)
  }

  @Test(arguments: ["", "opaque", "djE6Z2hwOnh5eg==", "a.b", "a.b.c.d", ".."])
  func otherTokensSayNothing(token: String) { #expect(TokenAccess(token: token) == nil) }
}
