import ArgumentParser

/// The options of every verb that talks to registries.
struct RegistryOptions: ParsableArguments {
  @Flag(
    help: "Allow plain HTTP and unverified certificates for the registries named in this command, except Docker Hub"
  )
  var insecure = false

  @Option(
    help: ArgumentHelp(
      "Form of the progress: auto (tty on a terminal, else plain), tty, plain, quiet or rawjson",
      valueName: "TYPE"
    )
  )
  var progress = ProgressMode.auto

  @Option(
    help: ArgumentHelp(
      "Maximum time to connect, and maximum pause in which no data is received or sent (default 30s)",
      kind: .duration
    )
  )
  var timeout = TimeSpan(duration: .seconds(30))

  @Option(
    help: ArgumentHelp("Longest delay to accept when a registry asks to retry later (default 60s)", kind: .duration)
  )
  var retryMaxWait = TimeSpan(duration: .seconds(60))
}

extension ProgressMode: ExpressibleByArgument {}
