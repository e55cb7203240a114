import OCI

/// The images of this machine that are being pushed.
struct PushProgress {
  /// In the order in which they began.
  private(set) var running: [Push] = []

  struct Push {
    let image: Reference
    let engine: String
    let began: Duration
    /// The last line that the engine has printed.
    var line: String?
  }

  /// When the oldest push began; nil if nothing is being pushed.
  var began: Duration? { running.first?.began }

  /// - Returns: How long the push has taken, if this is its end.
  mutating func note(_ event: PushEvent, _ now: Duration) -> Duration? {
    switch event {
    case .skipped: return nil
    case .began(let image, let engine): running.append(Push(image: image, engine: engine, began: now))
    case .printed(let image, let line):
      if let index = running.firstIndex(where: { $0.image == image }) { running[index].line = line }
    case .ended(let image, _):
      guard let index = running.firstIndex(where: { $0.image == image }) else { return nil }
      return now - running.remove(at: index).began
    }
    return nil
  }

  /// `Pushing IMAGE with podman, 12 s: Copying blob sha256:…`, for each push.
  ///
  /// - Parameter delay: Pushes that have not taken so long are left out.
  func lines(_ now: Duration, after delay: Duration = .zero) -> [String] {
    running.filter { now - $0.began >= delay }.map { push in
      let words = "Pushing \(push.image) with \(push.engine), \(TimeText(now - push.began))"
      return PrintableText.line(push.line.map { "\(words): \($0)" } ?? words)
    }
  }
}
