import ArgumentParser

/// A duration as docker's options and Go have it: `30s`, `1m30s`, `500ms`, `1.5h`.
struct TimeSpan: ExpressibleByArgument {
  let duration: Duration

  init(duration: Duration) { self.duration = duration }

  /// Nil for other text, for a duration of zero, and for more than a year.
  init?(argument: String) {
    var duration = Duration.zero
    var rest = argument[...]
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let unit = rest[number.endIndex...].prefix { $0.isLetter }
      guard let count = Double(number), let length = Self.units[String(unit)] else { return nil }
      // Checked before the multiplication: a product that does not fit in a Duration would end the program.
      guard count <= Self.limit / .milliseconds(1) else { return nil }
      duration += length * count
      guard duration < Self.limit else { return nil }
      rest = rest[unit.endIndex...]
    }
    guard duration > .zero else { return nil }
    self.duration = duration
  }

  /// Longer than any useful timeout, and still an `Int` of milliseconds.
  private static let limit = Duration.seconds(366 * 86_400)

  private static let units: [String: Duration] = [
    "ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "h": .seconds(3600),
  ]
}

/// How long `inspect --wait` waits, in whole seconds.
struct WaitTime: ExpressibleByArgument {
  let seconds: Int

  /// A day.
  static let limit = 86_400

  init(seconds: Int) { self.seconds = seconds }

  /// Nil if the text is not a number from 0 to `limit`.
  init?(argument: String) {
    guard let seconds = Int(argument), (0...Self.limit).contains(seconds) else { return nil }
    self.seconds = seconds
  }
}
