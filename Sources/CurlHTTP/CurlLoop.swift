import CCurl
import HTTP
import LocalSystem
import Synchronization

/// The thread that drives libcurl. Other threads send it commands and wake it up.
final class CurlLoop: @unchecked Sendable {
  enum Command {
    case start(CurlTransfer, CheckedContinuation<HTTPResponse, any Error>)
    /// Has no effect on a transfer that has ended.
    case cancel(CurlTransfer)
    /// Continues a transfer that waited for its stream or its sink.
    case resume(CurlTransfer)
    /// Ends the thread.
    case stop
  }

  /// The only member used by several threads besides the inbox: libcurl allows that for `curl_multi_wakeup` alone.
  private let multi: UnsafeMutableRawPointer
  private let settings: CurlSettings
  private let inbox = Mutex<[Command]>([])
  /// Used by the thread only, as is everything below.
  private let certificates: Certificates
  private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
  private var isStopped = false

  init(_ settings: CurlSettings) throws(TransportError) {
    if let reason = ccurl_error() { throw .unavailable(reason: String(cString: reason)) }
    guard let multi = ccurl_multi_init() else { throw .unavailable(reason: "out of memory") }
    self.multi = multi
    self.settings = settings
    certificates = Certificates(settings.authorities, onUnusable: settings.onUnusable)
    _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, maxConnectionsPerHost)
  }

  deinit { ccurl_multi_cleanup(multi) }

  func submit(_ command: Command) {
    inbox.withLock { $0.append(command) }
    _ = ccurl_multi_wakeup(multi)
  }

  func run(_ transfer: CurlTransfer) async throws -> HTTPResponse {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { submit(.start(transfer, $0)) }
    } onCancel: {
      submit(.cancel(transfer))
    }
  }

  /// The thread sleeps while there is nothing to do.
  ///
  /// - Throws: `TooFewThreads`.
  func start() throws { try DetachedThread.start { self.runThread() } }

  private func runThread() {
    var running: Int32 = 0
    while true {
      processCommands()
      if isStopped { return }
      _ = ccurl_multi_perform(multi, &running)
      resumeAnswered()
      finishEnded()
      _ = ccurl_multi_poll(multi, failStalledTransfers())
    }
  }

  private func processCommands() {
    let commands = inbox.withLock { inbox in
      defer { inbox = [] }
      return inbox
    }
    for command in commands {
      switch command {
      case .start(let transfer, let continuation): start(transfer, continuation)
      case .cancel(let transfer): cancel(transfer)
      case .resume(let transfer): transfer.resume()
      case .stop: stop()
      }
    }
  }

  private func start(_ transfer: CurlTransfer, _ continuation: CheckedContinuation<HTTPResponse, any Error>) {
    // The cancellation may come from another thread, and before the start.
    if transfer.isCancelled { return continuation.resume(throwing: CancellationError()) }
    do { try transfer.prepare(settings, certificates) } catch { return continuation.resume(throwing: error) }
    guard let easy = transfer.easy, ccurl_multi_add_handle(multi, easy) == CURLM_OK else {
      return continuation.resume(throwing: TransportError.unavailable(reason: "libcurl cannot start another request"))
    }
    transfer.continuation = continuation
    transfers[easy] = transfer
  }

  private func cancel(_ transfer: CurlTransfer) {
    transfer.isCancelled = true
    if let easy = transfer.easy, transfers[easy] === transfer { fail(easy, transfer, CancellationError()) }
  }

  private func stop() {
    isStopped = true
    for (easy, transfer) in transfers { fail(easy, transfer, CancellationError()) }
  }

  private func fail(_ easy: UnsafeMutableRawPointer, _ transfer: CurlTransfer, _ error: any Error) {
    _ = ccurl_multi_remove_handle(multi, easy)
    transfers[easy] = nil
    transfer.fail(error)
  }

  /// libcurl takes no transfer for complete whose upload is paused, also if the server has answered without waiting for
  /// the rest of the body.
  private func resumeAnswered() {
    for transfer in transfers.values where transfer.isAnsweredEarly { transfer.resume() }
  }

  private func finishEnded() {
    var easy: UnsafeMutableRawPointer?
    var result = CURLE_OK
    while ccurl_multi_next_ended(multi, &easy, &result) {
      guard let ended = easy, let transfer = transfers.removeValue(forKey: ended) else { continue }
      _ = ccurl_multi_remove_handle(multi, ended)
      if transfer.changeCertificates(after: result, certificates), let continuation = transfer.continuation {
        transfer.continuation = nil
        start(transfer, continuation)
        continue
      }
      if let error = transfer.finish(result), !transfer.isConnected { failUnconnected(to: transfer.origin, error) }
    }
  }

  /// Fails the requests that were waiting for a connection that could not be made. libcurl would let each of them try
  /// and time out, one after the other.
  private func failUnconnected(to origin: Origin?, _ error: TransportError) {
    for (easy, transfer) in transfers where transfer.origin == origin && !transfer.isConnected {
      fail(easy, transfer, error)
    }
  }

  /// libcurl 7.88 sometimes has read the response of one request together with that of another (HTTP/2), and would wait for
  /// more on the connection before it looks at it.
  private static let longestWait = Duration.milliseconds(100)

  /// libcurl's own limit (CURLOPT_LOW_SPEED_TIME) is not enough: it looks at the average speed of some seconds, in which
  /// a body that was sent counts, and so waits that much longer for the response.
  ///
  /// - Returns: In how many milliseconds to check again.
  private func failStalledTransfers() -> Int32 {
    let now = ContinuousClock.now
    var next = transfers.isEmpty ? .seconds(60) : Self.longestWait
    for (easy, transfer) in transfers {
      switch transfer.progress(at: now, timeout: settings.timeout) {
      case .moving(let wait): next = min(next, wait)
      case .stalled(let reason):
        fail(easy, transfer, TransportError.timedOut(host: transfer.host, reason: reason, stage: .exchange))
      }
    }
    return Int32((next / .milliseconds(1)).rounded(.up))
  }
}
