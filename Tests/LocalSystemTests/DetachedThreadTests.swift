import LocalSystem
import Testing

@Suite struct DetachedThreadTests {
  @Test func runsItsBodyOnce() async throws {
    let (runs, run) = AsyncStream<Int>.makeStream()
    try DetachedThread.start {
      run.yield(1)
      run.finish()
    }
    #expect(await runs.reduce(0, +) == 1)
  }
}
