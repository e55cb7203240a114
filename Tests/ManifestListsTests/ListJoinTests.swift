import Testing

@testable import ManifestLists

@Suite struct ListJoinTests {
  @Test func publishesUntilTheAnswerIsTheSame() {
    var join = ListJoin<Set<Int>>()
    #expect(join.next == .publish)
    join.published([1])
    #expect(join.next == .look)
    join.looked([1, 2])
    #expect(join.next == .publish)
    // What is published is what was read then, not what was seen before.
    join.published([1, 2, 3])
    join.looked([1, 2])
    #expect(join.next == .publish)
    join.published([1, 2])
    join.looked([1, 2])
    #expect(join.next == .done)
    join.lookAgain()
    join.looked([1, 2])
    #expect(join.next == .done)
  }

  /// Every order in which three jobs push their images and run the steps: each reads the images one by one, in any order.
  @Test func whateverTheOrderOfStepsTheListIsComplete() {
    let search = JoinModel(jobs: 3).search()
    #expect(search.finalStates > 0)
    #expect(search.wrong.isEmpty)
  }

  /// The search notices what it is there to notice.
  @Test(arguments: [2, 3])
  func withoutTheLookAfterThePutImagesAreLost(jobs: Int) {
    #expect(!JoinModel(jobs: jobs, looksAfterPut: false).search().wrong.isEmpty)
  }
}
