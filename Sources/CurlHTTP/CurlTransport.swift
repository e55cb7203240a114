import CCurl
import HTTP
import LocalSystem
import Synchronization

/// Sends requests with libcurl: all of them through one multi handle, so that every connection is shared and HTTP/2
/// carries any number of requests at once, and all on one thread, which starts with the first request.
package final class CurlTransport: HTTPTransport {
  private let settings: Settings
  private let state = Mutex(State())

  package init(_ settings: Settings) { self.settings = settings }

  /// What is the same for all requests.
  package struct Settings: Sendable {
    let userAgent: String
    /// How long a connection may take to be made, or stand still.
    let timeout: Duration
    let proxy: @Sendable (Origin) -> Proxy?
    let authorities: SystemAuthorities
    /// Whether the metrics of a response say which version of TLS was spoken: libcurl tells only if it is made to talk.
    let reportsTLSVersion: Bool

    package init(
      userAgent: String,
      timeout: Duration,
      reportsTLSVersion: Bool = false,
      authorities: SystemAuthorities = SystemAuthorities(),
      proxy: @escaping @Sendable (Origin) -> Proxy? = { _ in nil }
    ) {
      self.userAgent = userAgent
      self.timeout = timeout
      self.reportsTLSVersion = reportsTLSVersion
      self.authorities = authorities
      self.proxy = proxy
    }
  }

  package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    try Task.checkCancellation()
    let loop = try runningLoop()
    let id = loop.nextID()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        loop.submit(.start(CurlTransfer(id: id, request: request, continuation: continuation)))
      }
    } onCancel: {
      loop.submit(.cancel(id))
    }
  }

  private struct State {
    var loop: CurlLoop?
  }

  private func runningLoop() throws -> CurlLoop {
    try state.withLock { state in
      if let loop = state.loop { return loop }
      if let reason = ccurl_error() { throw TransportError.unavailable(reason: String(cString: reason)) }
      let loop = try CurlLoop(settings)
      try loop.start()
      state.loop = loop
      return loop
    }
  }
}

/// The thread that drives libcurl. Other threads reach it through an inbox and wake it up.
final class CurlLoop: @unchecked Sendable {
  enum Command {
    case start(CurlTransfer)
    case cancel(UInt64)
  }

  /// The one thing that is used from several threads: libcurl allows that for `curl_multi_wakeup` alone.
  private let multi: UnsafeMutableRawPointer
  private let settings: CurlTransport.Settings
  private let inbox = Mutex<[Command]>([])
  private let ids = Atomic<UInt64>(0)
  /// The thread's own, as all that follows.
  private let authorities: Authorities
  private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
  /// Cancelled before they were started, or after they were answered: the two words come from different threads.
  private var cancelled: Set<UInt64> = []

  init(_ settings: CurlTransport.Settings) throws(TransportError) {
    guard let multi = ccurl_multi_init() else { throw .unavailable(reason: "out of memory") }
    self.multi = multi
    self.settings = settings
    authorities = Authorities(settings.authorities)
    _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, mostConnectionsToHost)
  }

  func nextID() -> UInt64 { ids.add(1, ordering: .relaxed).newValue }

  func submit(_ command: Command) {
    inbox.withLock { $0.append(command) }
    _ = ccurl_multi_wakeup(multi)
  }

  /// Lives as long as the process: the thread sleeps when there is nothing to do.
  func start() throws(TransportError) {
    do { try DetachedThread.start { self.run() } } catch { throw .unavailable(reason: "\(error)") }
  }

  private func run() {
    var running: Int32 = 0
    while true {
      takeCommands()
      _ = ccurl_multi_perform(multi, &running)
      finishEnded()
      _ = ccurl_multi_poll(multi, failStalledTransfers())
    }
  }

  /// Ends what stands still. libcurl knows only the average speed of some seconds, in which a body that was sent counts:
  /// it would wait for the answer all that time longer.
  ///
  /// - Returns: In how many milliseconds to look again.
  private func failStalledTransfers() -> Int32 {
    let now = ContinuousClock.now
    var rest = Duration.seconds(60)
    for (easy, transfer) in transfers {
      let left = settings.timeout - transfer.standstill(at: now)
      if left > .zero {
        rest = min(rest, left)
        continue
      }
      _ = ccurl_multi_remove_handle(multi, easy)
      transfers[easy] = nil
      transfer.giveUp(after: settings.timeout)
    }
    return Int32((rest / .milliseconds(1)).rounded(.up))
  }

  private func takeCommands() {
    let commands = inbox.withLock { inbox in
      defer { inbox = [] }
      return inbox
    }
    for command in commands {
      switch command {
      case .start(let transfer): start(transfer)
      case .cancel(let id): cancel(id)
      }
    }
  }

  private func start(_ transfer: CurlTransfer) {
    if cancelled.remove(transfer.id) != nil { return transfer.fail(CancellationError()) }
    do { try transfer.prepare(settings, authorities) } catch { return transfer.fail(error) }
    guard let easy = transfer.easy else { return }
    guard ccurl_multi_add_handle(multi, easy) == CURLM_OK else {
      return transfer.fail(TransportError.unavailable(reason: "libcurl takes no more requests"))
    }
    transfers[easy] = transfer
  }

  private func cancel(_ id: UInt64) {
    guard let (easy, transfer) = transfers.first(where: { $0.value.id == id }) else {
      cancelled.insert(id)
      return
    }
    _ = ccurl_multi_remove_handle(multi, easy)
    transfers[easy] = nil
    transfer.fail(CancellationError())
  }

  private func finishEnded() {
    var easy: UnsafeMutableRawPointer?
    var result = CURLE_OK
    while ccurl_multi_next_ended(multi, &easy, &result) {
      guard let ended = easy, let transfer = transfers.removeValue(forKey: ended) else { continue }
      _ = ccurl_multi_remove_handle(multi, ended)
      if let error = transfer.finish(result), !transfer.isConnected { failWaiting(for: transfer, error) }
    }
  }

  /// The others that were waiting for the connection that could not be made: libcurl would let each of them try and
  /// time out, one after the other.
  private func failWaiting(for first: CurlTransfer, _ error: TransportError) {
    for (easy, transfer) in transfers where transfer.origin == first.origin && !transfer.isConnected {
      _ = ccurl_multi_remove_handle(multi, easy)
      transfers[easy] = nil
      transfer.fail(error)
    }
  }
}
