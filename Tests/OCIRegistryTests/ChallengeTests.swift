import HTTP
import Testing

@testable import OCIRegistry

/// RFC 9110 §11.6.1.
@Suite struct ChallengeTests {
  static let fields: [(field: String, challenges: [Challenge])] = [
    ("", []),
    (" , ,", []),
    ("Basic", [Challenge(scheme: "basic")]),
    (#"BASIC Realm="r""#, [Challenge(scheme: "basic", parameters: ["realm": "r"])]),
    (
      #"Bearer realm="https://t.example/token",service="r.example",scope="repository:a:pull,push repository:b:pull""#,
      [
        Challenge(
          scheme: "bearer",
          parameters: [
            "realm": "https://t.example/token", "service": "r.example",
            "scope": "repository:a:pull,push repository:b:pull",
          ]
        )
      ]
    ),
    (
      "bearer  realm = \"r\" ,\t SERVICE=s.example:5000 , error=\"a\"",
      [Challenge(scheme: "bearer", parameters: ["realm": "r", "service": "s.example:5000", "error": "a"])]
    ),
    (
      #"Basic realm="a", Bearer realm="b", service="s", Negotiate"#,
      [
        Challenge(scheme: "basic", parameters: ["realm": "a"]),
        Challenge(scheme: "bearer", parameters: ["realm": "b", "service": "s"]),
        Challenge(scheme: "negotiate"),
      ]
    ),
    (
      #"Negotiate, Basic realm="a""#,
      [Challenge(scheme: "negotiate"), Challenge(scheme: "basic", parameters: ["realm": "a"])]
    ),
    (
      #"Bearer realm="a \"b\" \\c, Basic d=e""#,
      [Challenge(scheme: "bearer", parameters: ["realm": #"a "b" \c, Basic d=e"#])]
    ),
    (#"Bearer realm="""#, [Challenge(scheme: "bearer", parameters: ["realm": ""])]),
    // Not well formed: what there is, is taken, and nothing crashes.
    (#"Bearer realm="a"#, [Challenge(scheme: "bearer", parameters: ["realm": "a"])]),
    (#"Bearer realm="a\"#, [Challenge(scheme: "bearer", parameters: ["realm": #"a\"#])]),
    (#"realm="a""#, []),
    (#"="a" Basic"#, [Challenge(scheme: "a"), Challenge(scheme: "basic")]),
    ("Bearer é realm=a", [Challenge(scheme: "bearer", parameters: ["realm": "a"])]),
  ]

  @Test(arguments: fields)
  func parses(field: String, challenges: [Challenge]) {
    #expect(Challenge.parse(field) == challenges)
  }

  @Test func readsEveryLineOfAnAnswer() {
    var response = HTTPResponse(status: 401)
    response.fields.append("WWW-Authenticate", #"Basic realm="a""#)
    response.fields.append("www-authenticate", #"Bearer realm="b""#)
    #expect(Challenge.all(in: response).map(\.scheme) == ["basic", "bearer"])
  }
}
