import DockerConfig
import LocalSystem
import OCI

/// The certificates in `certs.d`.
struct CertificatesCheck: Sendable {
  let paths: DockerPaths
  /// Nil for all registries that have a directory there.
  let registry: Registry?

  func results() -> [CheckResult] {
    let all = hosts.map { RegistryCertificates(forHost: $0, paths) }
    let problems = all.flatMap(\.problems).map { error in
      CheckResult.warning("\(error)", [error.advice ?? "Correct it: it is not used"])
    }
    let ignored = all.flatMap(\.ignored).map { CheckResult.warning("\($0)", ["Rename it if it is meant"]) }
    if !problems.isEmpty || !ignored.isEmpty { return problems + ignored }
    let authorities = all.flatMap(\.authorities)
    let clients = all.flatMap(\.clients).map(\.certificate)
    if authorities.isEmpty, clients.isEmpty {
      return [.ok("none\(registry.map { " for \(RegistryCertificates.directoryName(forHost: $0.host))" } ?? "")")]
    }
    let details = [
      CheckResult.Detail("authorities", authorities.joined(separator: ", ")),
      .init("client certificates", clients.joined(separator: ", ")),
    ]
    return [.ok(Self.summary(authorities + clients), details.filter { !$0.value.isEmpty })]
  }

  /// `ca.crt, client.cert in /etc/docker/certs.d/HOST`, or whole paths of files in several directories.
  private static func summary(_ files: [String]) -> String {
    let paths = files.map { path in (path, path.lastIndex(of: "/") ?? path.startIndex) }
    let directories = Set(paths.map { $0.0[..<$0.1] })
    guard directories.count == 1, let directory = directories.first else { return files.joined(separator: ", ") }
    return "\(paths.map { String($0.0[$0.1...].dropFirst()) }.joined(separator: ", ")) in \(directory)"
  }

  private var hosts: [String] {
    if let registry { return [registry.host] }
    let directories = [paths.machineDirectory, paths.userDirectory].map { "\($0)/certs.d" }
    let names = directories.flatMap { (try? Directory.names(in: $0)) ?? [] }
    let hosts = names.map { DockerHub.isHost($0) ? DockerHub.host : $0 }
    return Set(hosts).subtracting([".", ".."]).sorted()
  }
}
