import OCI
import Testing

@testable import docker_manifestx

@Suite struct KnownReferencesTests {
  /// A host whose port is about to be typed is not a repository of Docker Hub: nothing is sent there.
  static let words: [(word: String, repository: String?)] = [
    ("localhost:", nil), ("localhost:50", nil), ("reg.example:", nil), ("[::1]:", nil), ("app", nil),
    ("app:", "app"), ("app:v1", "app"), ("test/app:", "test/app"), ("localhost/app:", "localhost/app"),
    ("localhost:5000/app:v", "localhost:5000/app"), ("localhost:5000/app", nil),
    ("reg.example/app:", "reg.example/app"),
    ("app:v1@sha256:0", nil), ("App:", nil), (":", nil), ("", nil),
  ]

  @Test(arguments: words)
  func colonAfterRepositoryBeginsTag(word: String, repository: String?) {
    #expect(KnownReferences.repository(ofTagged: word)?.repository.description == repository)
  }
}
