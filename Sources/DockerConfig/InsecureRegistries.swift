import HTTP
import OCI

/// Which registries may be used without a verified certificate or over plain HTTP, and why.
///
/// Docker's rule: https://docs.docker.com/reference/cli/dockerd/#insecure-registries
package struct InsecureRegistries: Sendable {
  package enum Reason: Hashable, Sendable {
    /// The user asked for it in this command.
    case requested
    /// 127.0.0.0/8, ::1 or localhost.
    case loopback
    /// An entry of `insecure-registries`.
    case setting(DaemonConfig.InsecureEntry)
    /// A mirror whose URL in the settings has the scheme `http`.
    case mirror
  }

  /// The hosts for which the user asked for it in this command.
  let requested: Set<String>
  let entries: [DaemonConfig.InsecureEntry]
  /// The files of settings that cannot be used, and might have had entries.
  package let problems: [SettingsError]

  /// How long the system's resolver may take.
  private let timeout: Duration

  /// - Parameter timeout: How long connecting may take.
  package init(requested: Set<String> = [], daemon: DaemonConfig, timeout: Duration = .seconds(30)) {
    self.requested = requested
    self.timeout = min(timeout, .seconds(10))
    entries = daemon.insecureRegistries
    problems = daemon.problems + daemon.invalidEntries
  }

  /// The reason that the name itself gives. If nil, the addresses of the name may still give one.
  ///
  /// - Parameter host: As in the names of images, with its port.
  package func reason(forHost host: String) -> Reason? {
    if Self.isAlwaysSecure(host) { return nil }
    if requested.contains(host) { return .requested }
    // With its port, as for docker: another port is another registry.
    if let entry = entries.first(where: { $0.place == host.lowercased() }) { return .setting(entry) }
    let name = HostAndPort(host.lowercased()).name
    if name == "localhost" { return .loopback }
    return IPAddress(name).flatMap(reason(for:))
  }

  /// A reason that holds for the addresses of a host.
  package struct AddressReason: Hashable, Sendable {
    /// Every address of the host, as text. Only a connection to one of these is covered.
    package let addresses: [String]
    /// The reason for each of the addresses.
    package let reasons: [Reason]

    /// The one for the whole host. A loopback address beside others does not make it safe: any of them may be used.
    package var reason: Reason? { reasons.first { $0 != .loopback } ?? reasons.first }
  }

  /// The reason that the host's addresses give. Asks the system's resolver, which takes time: to be called only after a
  /// verified connection has failed.
  ///
  /// Stricter than docker's engine, for which one address is enough: whoever answers a DNS query could add one. The
  /// connection then goes to the returned addresses, because the next answer may be another one.
  package func reason(forAddressesOf host: String) async -> AddressReason? {
    await reason(forAddressesOf: host) { await IPAddress.resolve($0, within: timeout) }
  }

  /// - Parameter resolve: Finds the addresses of a name.
  func reason(forAddressesOf host: String, _ resolve: (String) async -> [IPAddress]) async -> AddressReason? {
    if Self.isAlwaysSecure(host) { return nil }
    return reason(for: await resolve(HostAndPort(host.lowercased()).name))
  }

  /// Docker Hub is secure whatever the settings say, as for docker: a range of addresses must not include it by accident. It is
  /// also secure whatever the user asks for, which is often meant for another registry in the same command. That holds for each
  /// of its names, because each gets its password.
  private static func isAlwaysSecure(_ host: String) -> Bool { DockerHub.isHost(HostAndPort(host).name) }

  /// The ranges that the addresses of a host may be in; none where they do not count.
  package func ranges(forHost host: String) -> [DaemonConfig.InsecureEntry] {
    let name = HostAndPort(host.lowercased()).name
    if reason(forHost: host) != nil || Self.isAlwaysSecure(host) || IPAddress(name) != nil { return [] }
    return entries.filter { AddressRange($0.place) != nil }
  }

  func reason(for addresses: [IPAddress]) -> AddressReason? {
    let reasons = addresses.compactMap(reason(for:))
    guard !reasons.isEmpty, reasons.count == addresses.count else { return nil }
    return AddressReason(addresses: addresses.map(\.description), reasons: reasons)
  }

  private func reason(for address: IPAddress) -> Reason? {
    if address.isLoopback { return .loopback }
    return entries.first { AddressRange($0.place)?.contains(address) ?? false }.map(Reason.setting)
  }
}

extension InsecureRegistries.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .requested: "requested for this command"
    case .loopback: "a loopback address"
    case .mirror: "http:// in registry-mirrors"
    case .setting(let entry): "\u{201C}\(entry.text)\u{201D} in insecure-registries of \(entry.file)"
    }
  }
}
