import HTTP
import OCI

/// Which registries may be spoken to without a verified certificate, or in plain HTTP, and by whose word.
///
/// Docker's rule: https://docs.docker.com/reference/cli/dockerd/#insecure-registries
package struct InsecureRegistries: Sendable {
  package enum Reason: Hashable, Sendable {
    case flag
    case loopback
    case setting(DaemonConfig.InsecureEntry)
    /// A mirror, whose URL in the settings says `http`.
    case mirror
  }

  /// From `--insecure`: the registries named on the command line.
  let flagged: Set<String>
  let entries: [DaemonConfig.InsecureEntry]

  package init(flagged: Set<String> = [], daemon: DaemonConfig) {
    self.flagged = flagged
    entries = daemon.insecureRegistries
  }

  /// What the name itself says. Nil means: not by its name; its addresses are another question.
  package func reason(forHost host: String) -> Reason? {
    if flagged.contains(host) { return .flag }
    // Secure whatever the settings say, as for docker: a range of addresses must not include it by accident.
    if host == DockerHub.host { return nil }
    // With its port, as docker has it: another port is another registry.
    if let entry = entries.first(where: { $0.host == host.lowercased() }) { return .setting(entry) }
    let name = HostAndPort(host.lowercased()).name
    if name == "localhost" { return .loopback }
    return IPAddress(name).flatMap(reason(for:))
  }

  /// What the host's addresses say. Asks the system's resolver, which may take time: for when the verified way has failed.
  package func reason(forAddressesOf host: String) -> Reason? {
    if host == DockerHub.host { return nil }
    let addresses = IPAddress.resolve(HostAndPort(host.lowercased()).name)
    return addresses.lazy.compactMap(reason(for:)).first
  }

  private func reason(for address: IPAddress) -> Reason? {
    if address.isLoopback { return .loopback }
    return entries.first { AddressRange($0.text)?.contains(address) ?? false }.map(Reason.setting)
  }
}

extension DaemonConfig.InsecureEntry {
  /// In lower case, and as docker without a scheme before it: people write `http://registry.example.com:5000`.
  fileprivate var host: String {
    let text = text.lowercased()
    let scheme = ["http://", "https://"].first(where: text.hasPrefix) ?? ""
    return String(text.dropFirst(scheme.count))
  }
}

extension InsecureRegistries.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .flag: "--insecure"
    case .loopback: "a loopback address"
    case .mirror: "http:// in registry-mirrors"
    case .setting(let entry): "\u{201C}\(entry.text)\u{201D} in insecure-registries of \(entry.file)"
    }
  }
}
