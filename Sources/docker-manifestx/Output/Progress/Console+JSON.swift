import Glibc
import JSON

extension Console {
  /// Prints one event as an object on one line.
  func emit(_ event: ProgressEvent, _ members: KeyValuePairs<String, JSONValue?>) {
    // A message that cannot be written is no reason to stop.
    try? terminal.write(Array(jsonLine(event, members).utf8), to: .error)
  }

  /// The line of one event, with its end.
  func jsonLine(_ event: ProgressEvent, _ members: KeyValuePairs<String, JSONValue?>) -> String {
    let common: KeyValuePairs<String, JSONValue?> = [
      "time": .string(Self.time), "event": .string(event.rawValue), "list": list.map { .string("\($0)") },
    ]
    guard case .object(let first) = JSONValue.object(common), case .object(let rest) = JSONValue.object(members) else {
      return ""
    }
    let line = JSONValue.object(first + rest.map { JSONMember(name: $0.name, value: $0.value.redacted(by: secrets)) })
    return String(decoding: WorkflowCommands.disarmed(inJSON: line.encoded()), as: UTF8.self) + "\n"
  }

  /// `2026-11-27T23:45:05.123Z` (RFC 3339).
  private static var time: String {
    var (now, parts) = (timespec(), tm())
    clock_gettime(CLOCK_REALTIME, &now)
    gmtime_r(&now.tv_sec, &parts)
    func digits(_ number: some BinaryInteger, _ count: Int = 2) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let date = "\(parts.tm_year + 1900)-\(digits(parts.tm_mon + 1))-\(digits(parts.tm_mday))"
    let time = "\(digits(parts.tm_hour)):\(digits(parts.tm_min)):\(digits(parts.tm_sec))"
    return "\(date)T\(time).\(digits(now.tv_nsec / 1_000_000, 3))Z"
  }
}
