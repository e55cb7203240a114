import JSON
import LocalSystem

/// What config.json says about docker's hooks: after which of docker's commands docker calls this plugin, and whether it
/// runs hooks at all.
///
/// https://github.com/docker/cli/blob/master/cli-plugins/manager/hooks.go
package struct HookSettings: Sendable {
  /// config.json.
  package let path: String
  private let configDirectory: String
  /// Nil if its directory is missing.
  private let file: FileReplacement?
  /// In the order of config.json.
  private let commands: [String]
  /// `features.hooks`; nil where it is not set.
  private let feature: String?
  private let otherPluginsHaveHooks: Bool
  private let bytes: [UInt8]?

  /// The commands after which this plugin has something to suggest.
  package static let ours = ["push", "image push"]
  private static let commandsPath = ["plugins", "manifestx", "hooks"]
  private static let featurePath = ["features", "hooks"]

  /// - Throws: `SettingsError` if the file exists and cannot be used.
  package init(_ paths: DockerPaths) throws(SettingsError) {
    configDirectory = paths.configDirectory
    path = paths.configFile
    let bytes: [UInt8]?
    do {
      file = try Self.find(path, in: configDirectory)
      bytes = try file?.contents()
    } catch { throw SettingsError(path: path, reason: .unreadable(error)) }
    self.bytes = bytes
    do {
      let node = try bytes.flatMap { bytes throws(JSONError) in try SettingsFile.node(bytes, as: .goFirstValue) }
      let plugins = try node?.optional("plugins")
      let text = try plugins?.entry("manifestx")?.entry("hooks")?.string() ?? ""
      commands = text.split(separator: ",").map(String.init)
      feature = try node?.optional("features")?.entry("hooks")?.string()
      otherPluginsHaveHooks = try plugins?.members().contains { $0.name != "manifestx" && $0.node.hasHooks } ?? false
    } catch { throw SettingsError(path: path, reason: .json(error)) }
  }

  /// True if docker calls this plugin after this command: the whole command is named, or its first words are.
  package func names(_ command: String) -> Bool {
    let words = command.split(separator: " ")
    return commands.contains { words.starts(with: $0.split(separator: " ", omittingEmptySubsequences: false)) }
  }

  /// True if `disable` leaves docker's setting for all hooks on because others may use hooks.
  package var othersUseHooks: Bool { areOn && (otherPluginsHaveHooks || !commands.allSatisfy(Self.ours.contains)) }
  /// True where docker runs hooks, as far as the file says.
  package var areOn: Bool { feature.flatMap(booleanValue) ?? false }

  /// Makes docker call this plugin, and run hooks.
  ///
  /// - Throws: `SettingsError`; the file is then unchanged.
  package func enable() throws(SettingsError) {
    try edit { text throws(JSONError) in
      let all = commands + Self.ours.filter { !commands.contains($0) }
      if all != commands { try text.set(Self.commandsPath, to: all.joined(separator: ",")) }
      if !areOn { try text.set(Self.featurePath, to: "true") }
    }
  }

  /// Stops docker from calling this plugin. The setting for all hooks is removed as well if nobody else uses hooks.
  ///
  /// - Throws: `SettingsError`; the file is then unchanged.
  package func disable() throws(SettingsError) {
    guard bytes != nil else { return }
    try edit { text throws(JSONError) in
      let rest = commands.filter { !Self.ours.contains($0) }
      if rest.isEmpty { try text.remove(Self.commandsPath) }
      if !rest.isEmpty, rest != commands { try text.set(Self.commandsPath, to: rest.joined(separator: ",")) }
      if rest.isEmpty, areOn, !othersUseHooks { try text.remove(Self.featurePath) }
    }
  }

  /// The file is found once. If root has the HOME of another user, that user could otherwise have one file read and another
  /// one replaced, and get a copy of a file of root's.
  private static func find(_ path: String, in directory: String) throws(SystemError) -> FileReplacement? {
    do { return try FileReplacement(of: path) } catch {
      if error.isMissingFile(in: directory) { return nil }
      throw error
    }
  }

  private func edit(_ change: (inout JSONText) throws(JSONError) -> Void) throws(SettingsError) {
    var text: JSONText
    let mark = bytes?.byteOrderMark ?? []
    let content = (bytes ?? []).dropFirst(mark.count)
    do {
      text = try JSONText(content.allSatisfy(\.isBlank) ? Array("{}\n".utf8) : Array(content))
      let before = text.bytes
      try change(&text)
      if bytes != nil, text.bytes == before { return }
    } catch { throw SettingsError(path: path, reason: .json(error)) }
    if file?.isSpecial == true { throw SettingsError(path: path, reason: .special) }
    do throws(SystemError) {
      if file == nil { try Directory.makePrivate(configDirectory) }
      let file = if let file { file } else { try FileReplacement(of: path) }
      try file.replace(with: mark + text.bytes)
    } catch { throw SettingsError(path: path, reason: .unwritable(error)) }
  }

}

extension JSONNode {
  fileprivate var hasHooks: Bool {
    ["hooks", "error-hooks"].contains { ((try? entry($0)?.string()) ?? "").isEmpty == false }
  }
}
