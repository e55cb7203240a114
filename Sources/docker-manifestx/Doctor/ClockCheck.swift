import HTTP

/// The clock of this machine, compared with the registry's: certificates and tokens are valid from one time to another.
struct ClockCheck: Sendable {
  let findings: Findings
  let now: Timestamp

  /// In seconds: tokens are usually valid for some minutes.
  private static let tolerance = 60

  func results() -> [CheckResult] {
    guard let date = findings.responses.first?.fields["Date"].flatMap(Timestamp.init(httpDate:)) else {
      return [.skipped("the registry does not state its time")]
    }
    return [Self.result(ahead: now.seconds - date.seconds)]
  }

  /// - Parameter seconds: Negative if this clock is behind.
  static func result(ahead seconds: Int) -> CheckResult {
    let details = [CheckResult.Detail("seconds ahead", "\(seconds)")]
    if abs(seconds) <= tolerance { return .ok("the same as the registry's, within \(max(1, abs(seconds))) s", details) }
    let text = "\(abs(seconds)) s \(seconds > 0 ? "ahead of" : "behind") the registry's: tokens may be refused"
    return .warning(text, ["Synchronize the clock of this machine: timedatectl set-ntp true"], details)
  }
}
