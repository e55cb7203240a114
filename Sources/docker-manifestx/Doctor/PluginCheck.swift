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
    let state: State

    /// Of a file that has the name of the plugin.
    enum State {
      /// The version is nil if it does not say.
      case plugin(version: String?)
      case notExecutable
      /// It cannot be started, or does not answer as a plugin.
      case noPlugin
    }

    var versionText: String {
      switch state {
      case .plugin(let version): "version \(version ?? "unknown")"
      case .notExecutable: "not executable"
      case .noPlugin: "not a plugin"
      }
    }

    var isOtherVersion: Bool {
      if isRunning { return false }
      guard case .plugin(ProgramMetadata.version?) = state else { return true }
      return false
    }
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
    switch first.state {
    case .plugin: break
    case .notExecutable:
      let advice = "Make it executable: chmod +x \(word: first.path)"
      return [.failure("docker cannot run \(first.path)", [advice], details)]
    case .noPlugin:
      let reason = "It is no plugin, is incomplete, or is for another architecture, and docker looks for no other copy"
      let advice =
        Directory.exists(at: first.path)
        ? "It is a directory. Give it another name: mv \(word: first.path) \(word: "\(first.path).old")"
        : "Remove it, or replace it: cp \(word: runningPath) \(word: first.path)"
      return [.failure("docker cannot run \(first.path)", [reason, advice], details)]
    }
    guard first.isRunning else {
      let advice = ["This copy is \(runningPath), version \(ProgramMetadata.version)", "Remove one of them"]
      return [.warning("docker runs another copy: \(first.path), \(first.versionText)", advice, details)]
    }
    let others = copies.dropFirst().filter(\.isOtherVersion)
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
      let state = file == own ? .plugin(version: ProgramMetadata.version) : await state(of: path)
      copies.append(Copy(path: path, isRunning: file == own, state: state))
    }
    return copies
  }

  private var runningPath: String { (try? SymbolicLink.target(of: running)) ?? running }

  /// As docker finds it out.
  private func state(of path: String) async -> Copy.State {
    guard ProgramSearch.isExecutable(path) else { return Directory.exists(at: path) ? .noPlugin : .notExecutable }
    let process = EngineProcess(program: path, arguments: ["docker-cli-plugin-metadata"], streams: .output)
    do throws(EngineStartError) {
      let (status, lines) = try await process.collect(timeout: timeout)
      let text = Array(lines.joined(separator: "\n").utf8)
      let metadata = (try? JSONValue(decoding: text)).map { JSONNode($0, names: .anyCase) }
      guard status.isSuccess, let metadata, metadata.describesPlugin else { return .noPlugin }
      return .plugin(version: try? metadata.required("Version").string())
    } catch .late {
      // docker waits for it.
      return .plugin(version: nil)
    } catch { return .noPlugin }
  }
}

extension JSONNode {
  /// https://github.com/docker/cli/blob/master/cli-plugins/manager/plugin.go
  fileprivate var describesPlugin: Bool {
    let version = try? required("SchemaVersion").string()
    return version == "0.1.0" && (try? required("Vendor").string().isEmpty) == false
  }
}
