import DockerConfig
import JSON
import LocalSystem

/// The copies of this plugin that docker finds, and whether the one that it runs is this one.
struct PluginCheck: Sendable {
  let config: ConfigFile
  let paths: DockerPaths
  let timeout: Duration
  /// The file of this program.
  var running = DetachedProcess.thisProgram

  private struct Copy {
    let path: String
    let isRunning: Bool
    let canRun: Bool
    /// Nil if it does not say.
    let version: String?

    var versionText: String { canRun ? "version \(version ?? "unknown")" : "not executable" }
  }

  func results() async -> [CheckResult] {
    guard let own = FileIdentity(running) else { return [.skipped("not known: /proc is not mounted")] }
    let copies = await copies(own)
    let details = [
      CheckResult.Detail("running", "\(runningPath), version \(ProgramMetadata.version)"),
      .init("copies", copies.map { "\($0.path) (\($0.versionText))" }.joined(separator: ", ")),
    ].filter { !$0.value.isEmpty }
    guard let first = copies.first else {
      let advice = "Install it with install.sh, or copy it to \(paths.configDirectory)/cli-plugins/"
      return [.warning("docker does not have this plugin, only \(runningPath) runs", [advice], details)]
    }
    guard first.canRun else {
      let advice = "Make it executable: chmod +x \(word: first.path)"
      return [.failure("docker cannot run \(first.path)", [advice], details)]
    }
    guard first.isRunning else {
      let advice = ["This copy is \(runningPath), version \(ProgramMetadata.version)", "Remove one of them"]
      return [.warning("docker runs another copy: \(first.path), \(first.versionText)", advice, details)]
    }
    let others = copies.dropFirst().filter { !$0.isRunning && $0.version != ProgramMetadata.version }
    guard others.isEmpty else {
      let advice = others.map { "It comes before \($0.path), \($0.versionText)" } + ["Remove one of them"]
      return [.warning("\(first.path) hides another copy", advice, details)]
    }
    return [.ok("version \(ProgramMetadata.version), \(first.path)", details)]
  }

  private func copies(_ own: FileIdentity) async -> [Copy] {
    let directories = PluginDirectories(extra: config.pluginDirectories, configDirectory: paths.configDirectory)
    var copies: [Copy] = []
    for path in directories.candidates {
      guard let file = FileIdentity(path) else { continue }
      let canRun = ProgramSearch.isExecutable(path)
      let isRunning = file == own
      let version = isRunning ? ProgramMetadata.version : canRun ? await version(of: path) : nil
      copies.append(Copy(path: path, isRunning: isRunning, canRun: canRun, version: version))
    }
    return copies
  }

  private var runningPath: String { (try? SymbolicLink.target(of: running)) ?? running }

  /// As docker asks for it.
  private func version(of path: String) async -> String? {
    let process = EngineProcess(program: path, arguments: ["docker-cli-plugin-metadata"], streams: .output)
    let text = (try? await process.collect(timeout: timeout))?.lines.joined(separator: "\n") ?? ""
    return try? JSONNode(JSONValue(decoding: Array(text.utf8))).required("Version").string()
  }
}
