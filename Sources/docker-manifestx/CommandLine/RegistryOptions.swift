import ArgumentParser

/// The options of every verb that talks to registries.
struct RegistryOptions: ParsableArguments {
  @Flag(help: "Allow plain HTTP and unverified certificates for the registries in this command")
  var insecure = false

  @Option(
    help: ArgumentHelp(
      "Give up when no connection is made, or no data moves, for this long (default 30s)",
      kind: .duration
    )
  )
  var timeout = TimeSpan(duration: .seconds(30))

  @Option(help: ArgumentHelp("The longest time to wait when a registry is busy (default 60s)", kind: .duration))
  var retryMaxWait = TimeSpan(duration: .seconds(60))
}
