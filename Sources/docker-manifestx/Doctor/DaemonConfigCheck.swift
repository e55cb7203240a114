import DockerConfig
import HTTP
import OCI

/// The settings of docker's engine, and what they say about one registry.
struct DaemonConfigCheck: Sendable {
  let daemon: DaemonConfig
  /// Nil if no registry is asked about.
  let registry: Registry?

  func results() -> [CheckResult] {
    let unusable = daemon.problems.map { error in
      CheckResult.warning(
        "\(error)",
        [error.advice ?? "Correct it: its insecure-registries and registry-mirrors are ignored"]
      )
    }
    let invalid = daemon.invalidEntries.map { CheckResult.warning("\($0)", ["Correct the entry: it is ignored"]) }
    let problems = unusable + invalid
    return problems.isEmpty ? [summary] : problems
  }

  private var insecure: InsecureRegistries { InsecureRegistries(daemon: daemon) }

  private var summary: CheckResult {
    let details = [
      CheckResult.Detail("files", daemon.files.joined(separator: ", ")),
      .init("insecure registries", daemon.insecureRegistries.map(\.text).joined(separator: ", ")),
      .init("mirrors", daemon.registryMirrors.joined(separator: ", ")),
    ].filter { !$0.value.isEmpty }
    let files = daemon.files.isEmpty ? "none" : daemon.files.joined(separator: ", ")
    guard let registry, !daemon.files.isEmpty else { return .ok(files, details) }
    if case .setting(let entry)? = insecure.reason(forHost: registry.host) {
      return .ok("\(entry.file): \(registry) is insecure (“\(entry.text)”)", details)
    }
    // People expect an entry for one port to be for the others as well.
    if let other = daemon.insecureRegistries.first(where: {
      HostAndPort($0.place).name == HostAndPort(registry.host.lowercased()).name
    }) {
      return .ok("\(other.file): “\(other.text)” is insecure, \(registry) is not", details)
    }
    if registry == .dockerHub, !daemon.registryMirrors.isEmpty {
      return .ok("\(files): inspect reads mirrors first", details)
    }
    // The addresses are known later, and looked up only where a verified connection has failed.
    let ranges = insecure.ranges(forHost: registry.host).map { "\u{201C}\($0.text)\u{201D}" }
    if !ranges.isEmpty {
      let text = "\(registry) is insecure if all its addresses are in \(ranges.joined(separator: ", "))"
      return .ok("\(files): \(text)", details)
    }
    return .ok("\(files), nothing about \(registry)", details)
  }
}
