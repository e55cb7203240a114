import OCI
import Testing

@Suite struct UserInfoTests {
  static let texts: [(text: String, userInfo: String?)] = [
    ("https://me:secret@r.example/a", "me:secret"), ("me:secret@r.example/a:v1", "me:secret"),
    ("https://me:se/cret@r.example", "me:se/cret"), ("me:se/cret@r.example", "me:se/cret"),
    ("me:1/secret@r.example/a", "me:1/secret"), ("me:s@cret@r.example/a@sha256:00", "me:s@cret"),
    ("me:secret@localhost:5000", "me:secret"), ("me:secret@r.example:v1", "me:secret"),
    ("https:/me:secret@r.example/a", "https:/me:secret"), ("token@r.example/a", "token"),
    ("//me:secret@r.example/a", "me:secret"), ("--x=https://me:se=cret@r.example/a?b=c", "me:se=cret"),
    ("me:secret@r.example/a@v1", "me:secret"), ("me:secret@r.example/a@sha256-1", "me:secret"),
    ("ssh://docker@r.example", "docker"), ("https://r.example/@scope/app", nil), ("r.example/a@sha256:01/v1", nil),
    ("r.example:5000/a@sha256:01", nil), ("registry:5000/a@v1", nil), ("a:v1@latest", nil), ("a@latest", nil),
    ("/srv/job@2/a.tar:v1", nil), ("./job@2/a", nil), ("../me:x@2/a", nil), ("workspace/job@2/layout", nil), ("a", nil),
  ]

  @Test(arguments: texts)
  func isWhatStandsBeforeTheHost(text: String, userInfo: String?) {
    #expect(text.userInfo.map { String(text[$0]) } == userInfo)
  }
}
