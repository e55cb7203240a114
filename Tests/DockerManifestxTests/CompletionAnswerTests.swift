import Testing

@testable import docker_manifestx

@Suite struct CompletionAnswerTests {
  private let answer = CompletionAnswer(
    candidates: [
      .init(value: "v1", description: "linux/arm64"), .init(value: "v2"),
      .init(value: "v1", description: "local image"), .init(value: "w"),
    ],
    directive: [.noFiles, .noSpace]
  )

  @Test func everyValueIsThereOnceWithItsFirstDescription() {
    #expect(answer.beginning(with: "v").text(withDescriptions: true) == "v1\tlinux/arm64\nv2\n:6\n")
  }

  @Test func descriptionsCanBeLeftOut() {
    #expect(answer.text(withDescriptions: false) == "v1\nv2\nv1\nw\n:6\n")
    #expect(CompletionAnswer.nothing.text(withDescriptions: true) == ":4\n")
  }
}
