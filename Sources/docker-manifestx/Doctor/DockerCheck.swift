import LocalSystem

/// The docker command in PATH, and whether it is new enough for all that this plugin does with it.
struct DockerCheck: Sendable {
  let environment: Environment
  let timeout: Duration

  private static let features = [
    (version: 23, text: "it does not complete the words of plugins (docker 23 and newer do)"),
    (version: 26, text: "it has no hooks, which suggest the command after docker push (docker 26 and newer have)"),
  ]

  func results() async -> [CheckResult] {
    guard let path = ProgramSearch.path(of: "docker", environment) else {
      return [
        .warning("docker is not in PATH", ["Without it, call this program as docker-manifestx, with the same commands"])
      ]
    }
    let line: String
    do { line = try await firstLine(path, ["--version"]) } catch {
      return [.failure(error.text(path), ["Install docker again"])]
    }
    guard let version = Self.version(line) else {
      return [
        .warning("\(path) is another program: \(line)", ["Without docker, call this program as docker-manifestx"])
      ]
    }
    let missing = Self.missing(in: version)
    let details = [CheckResult.Detail("path", path), .init("version", version)]
    if missing.isEmpty { return [.ok("\(version), \(path)", details)] }
    return [.warning("\(version), \(path): older than recommended", missing + ["Install a newer docker"], details)]
  }

  /// Reads `Docker version 28.2.2, build e6534b4`; nil for the output of another program, such as podman.
  static func version(_ line: String) -> String? {
    let words = line.split(separator: " ")
    guard words.count > 2, words[0] == "Docker", words[1] == "version" else { return nil }
    return String(words[2].prefix { $0 != "," })
  }

  /// What this version of docker does not do.
  static func missing(in version: String) -> [String] {
    guard let major = version.split(separator: ".").first.flatMap({ Int($0) }) else { return [] }
    return features.filter { major < $0.version }.map(\.text)
  }

  /// - Throws: `EngineStartError`.
  private func firstLine(_ program: String, _ arguments: [String]) async throws(EngineStartError) -> String {
    let process = EngineProcess(program: program, arguments: arguments, streams: .output)
    return try await process.collect(timeout: timeout).lines.first ?? ""
  }
}
