import DockerConfig
import HTTP
import LocalSystem
import OCI
import OCIRegistry

/// All checks of one run, in the order in which a command of this program comes to what they are about.
struct Examination: Sendable {
  let session: Session
  let target: DoctorTarget?
  /// Of each check.
  let timeout: Duration
  let isInsecure: Bool

  /// - Throws: `TransportError` if the registry's port is not valid.
  func steps() async throws -> [CheckStep] {
    let (config, daemon, findings) = (ConfigFile(session.paths), DaemonConfig(session.paths), Findings())
    guard let target else {
      return machine(config) + settings(daemon) + [proxy(nil, findings)]
    }
    let registries = session.registries(
      triedOnceWithin: timeout,
      insecure: isInsecure ? [target.registry.host] : [],
      config,
      daemon,
      onSettings: findings.note,
      onUnusable: findings.note
    )
    guard let probe = await registries.probe(target.registry, target.repository) else {
      throw TransportError.other(host: target.registry.host, reason: "the port must be a number up to 65535")
    }
    var client: RepositoryClient?
    if let repository = target.repository { client = await registries.repository(repository) }
    let credentials = CheckStep(.credentials) { try await CredentialCheck(probe: probe, findings: findings).results() }
    return machine(config) + [credentials] + settings(daemon) + connection(probe, findings)
      + access(probe, client, findings) + content(client, target.manifest, findings)
  }

  private func machine(_ config: ConfigFile) -> [CheckStep] {
    [
      CheckStep(.docker) { [session, timeout] in
        await DockerCheck(environment: session.environment, timeout: timeout).results()
      },
      CheckStep(.plugin) { [session, timeout] in
        await PluginCheck(config: config, paths: session.paths, timeout: timeout).results()
      },
      CheckStep(.config) { [session] in ConfigFileCheck(config: config, environment: session.environment).results() },
    ]
  }

  private func settings(_ daemon: DaemonConfig) -> [CheckStep] {
    [
      CheckStep(.daemon) { [target] in DaemonConfigCheck(daemon: daemon, registry: target?.registry).results() },
      CheckStep(.certificates) { [session, target] in
        CertificatesCheck(paths: session.paths, registry: target?.registry).results()
      },
    ]
  }

  private func proxy(_ origin: Origin?, _ findings: Findings) -> CheckStep {
    CheckStep(.proxy) { [session] in
      try ProxyCheck(environment: session.environment, origin: origin, findings: findings).results()
    }
  }

  private func connection(_ probe: RegistryProbe, _ findings: Findings) -> [CheckStep] {
    let origin = probe.origin
    return [
      proxy(origin, findings),
      CheckStep(.dns, needs: [.proxy]) { [timeout] in
        await DNSCheck(origin: origin, findings: findings, timeout: timeout).results()
      },
      CheckStep(.tcp, needs: [.dns]) { [timeout] in
        await TCPCheck(probe: probe, origin: origin, findings: findings, timeout: timeout).results()
      },
      CheckStep(.tls, needs: [.tcp]) {
        try await TLSCheck(probe: probe, findings: findings, now: .now).results()
      },
      CheckStep(.http, needs: [.tls]) { try await HTTPCheck(probe: probe, findings: findings).results() },
      CheckStep(.authentication, needs: [.http]) { AuthenticationCheck(findings: findings).results() },
    ]
  }

  private func access(_ probe: RegistryProbe, _ client: RepositoryClient?, _ findings: Findings) -> [CheckStep] {
    let check = AccessCheck(probe: probe, findings: findings)
    guard let client else { return [CheckStep(.login, needs: [.authentication]) { try await check.login() }] }
    return [
      CheckStep(.pull, needs: [.authentication]) { [target] in try await check.pull(client, target?.manifest) },
      CheckStep(.push, needs: [.pull]) { try await check.push(to: client.repository) },
    ]
  }

  private func content(_ client: RepositoryClient?, _ name: ManifestName?, _ findings: Findings) -> [CheckStep] {
    let answers = [
      CheckStep(.clock, needs: [.http]) { ClockCheck(findings: findings, now: .now).results() },
      CheckStep(.rateLimit, needs: [.http, .pull]) {
        try await RateLimitCheck(client: client, findings: findings).results()
      },
    ]
    guard let client else { return answers }
    let features = CheckStep(.features, needs: [.pull]) { try await FeaturesCheck(client: client).results() }
    guard let name else { return answers + [features] }
    let image = CheckStep(.image, needs: [.pull]) {
      try await ImageCheck(client: client, name: name, findings: findings).results()
    }
    return [image] + answers + [features]
  }
}
