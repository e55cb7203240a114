import Testing

@testable import CurlHTTP

@Suite struct StallDetectorTests {
  private let start = ContinuousClock.now

  private func detector() -> StallDetector { StallDetector(timeout: .seconds(2), at: start) }

  @Test func nothingForTheTimeoutIsAStall() {
    var detector = detector()
    #expect(detector.progress(500, isOurTurn: false, at: start) == .moving(.seconds(2)))
    #expect(detector.progress(500, isOurTurn: false, at: start + .milliseconds(1500)) == .moving(.milliseconds(500)))
    let stalled = StallDetector.Progress.stalled(reason: "no data was received or sent for 2 s")
    #expect(detector.progress(500, isOurTurn: false, at: start + .seconds(2)) == stalled)
  }

  @Test func anyByteBeginsTheTimeoutAgain() {
    var detector = detector()
    _ = detector.progress(0, isOurTurn: false, at: start)
    _ = detector.progress(1000, isOurTurn: false, at: start + .milliseconds(1900))
    #expect(detector.progress(1000, isOurTurn: false, at: start + .seconds(3)) == .moving(.milliseconds(900)))
  }

  @Test func speedIsMeasuredFromTheFirstByte() {
    var detector = detector()
    _ = detector.progress(0, isOurTurn: false, at: start + .milliseconds(1900))
    for step in 1...4 {
      // Just enough; from the beginning of the request it would be too little.
      let progress = detector.progress(step * 1100, isOurTurn: false, at: start + .milliseconds(1900 + step * 1000))
      guard case .moving = progress else { Issue.record("\(progress) after \(step) s"); return }
    }
  }

  @Test func pausesDoNotCount() {
    var detector = detector()
    _ = detector.progress(10, isOurTurn: false, at: start)
    #expect(detector.progress(10, isOurTurn: true, at: start + .seconds(60)) == .moving(.seconds(2)))
    #expect(detector.progress(10, isOurTurn: false, at: start + .seconds(61)) == .moving(.seconds(1)))
  }

  /// 1500 bytes every two seconds are too few, every second they are enough.
  @Test(arguments: [(interval: 1900, isTooSlow: true), (interval: 1000, isTooSlow: false)])
  func trickleEndsAfterTwoSecondsMore(interval: Int, isTooSlow: Bool) {
    var detector = detector()
    var results: [StallDetector.Progress] = []
    for step in 0..<20 {
      let now = start + .milliseconds(step * interval)
      results.append(detector.progress(step * 1500, isOurTurn: false, at: now))
    }
    let stalled = StallDetector.Progress.stalled(reason: "fewer than 1024 bytes per second for 4 s")
    #expect(results.contains(stalled) == isTooSlow)
  }
}
