import Testing

@testable import docker_manifestx

@Suite struct ByteCountTests {
  static let cases: [(bytes: Int64, text: String)] = [
    (0, "0B"), (999, "999B"), (1000, "1kB"), (1234, "1.2kB"), (99_960, "100kB"), (999_499, "999kB"), (999_600, "1MB"),
    (29_126_484, "29.1MB"), (1 << 30, "1.1GB"), (.max, "9.2EB"),
  ]

  @Test(arguments: cases)
  func isShownAsByDocker(bytes: Int64, text: String) { #expect("\(ByteCount(bytes))" == text) }
}
