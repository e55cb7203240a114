/// The result of some work, or nil when the time is up. The work is then cancelled, and not waited for.
func within<Result: Sendable>(
  _ limit: Duration,
  _ work: @escaping @Sendable () async -> Result?
) async -> Result? {
  let (results, sender) = AsyncStream<Result?>.makeStream()
  let worker = Task { sender.yield(await work()) }
  let timer = Task {
    try await Task.sleep(for: limit)
    sender.yield(nil)
  }
  defer {
    worker.cancel()
    timer.cancel()
  }
  for await result in results { return result }
  return nil
}
