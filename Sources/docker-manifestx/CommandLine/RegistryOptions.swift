import ArgumentParser

/// How registries are spoken to: what every verb has that speaks to one.
struct RegistryOptions: ParsableArguments {
  @Flag(help: "Allow plain HTTP and unverified certificates for the registries named here")
  var insecure = false

  @Option(
    help: ArgumentHelp(
      "How long a connection may take to be made, or stand still (default 30s)",
      valueName: "DURATION"
    )
  )
  var timeout = TimeSpan(duration: .seconds(30))

  @Option(
    help: ArgumentHelp(
      "The longest wait that a busy registry may ask for (default 60s)",
      valueName: "DURATION"
    )
  )
  var retryMaxWait = TimeSpan(duration: .seconds(60))
}

/// A duration as docker's options and Go have it: `30s`, `1m30s`, `500ms`, `1.5h`.
struct TimeSpan: ExpressibleByArgument {
  let duration: Duration

  init(duration: Duration) { self.duration = duration }

  /// Nil for other text, and for no time at all.
  init?(argument: String) {
    var duration = Duration.zero
    var rest = argument[...]
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let unit = rest[number.endIndex...].prefix { $0.isLetter }
      guard let count = Double(number), let length = Self.units[String(unit)] else { return nil }
      // Looked at before it is multiplied: a product that no duration can hold would end the program.
      guard count <= Self.limit / .milliseconds(1) else { return nil }
      duration += length * count
      guard duration < Self.limit else { return nil }
      rest = rest[unit.endIndex...]
    }
    guard duration > .zero else { return nil }
    self.duration = duration
  }

  /// A year is for ever, and still can be counted in milliseconds.
  private static let limit = Duration.seconds(366 * 86_400)

  private static let units: [String: Duration] = [
    "ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "h": .seconds(3600),
  ]
}
