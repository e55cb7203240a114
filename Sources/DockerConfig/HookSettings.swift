import Glibc
import JSON
import SystemPackage

/// What config.json says of docker's hooks: which of docker's commands are followed by a word of this plugin, and
/// whether docker runs hooks at all.
///
/// https://github.com/docker/cli/blob/master/cli-plugins/manager/hooks.go
package struct HookSettings: Sendable {
  package let path: String
  /// As config.json has them, in their order.
  private let commands: [String]
  /// `features.hooks`; nil where it is not set.
  private let feature: String?
  private let otherPluginsHaveHooks: Bool
  private let bytes: [UInt8]?

  /// After which of docker's commands this plugin has something to say.
  package static let ours = ["push", "image push"]
  private static let commandsPath = ["plugins", "manifestx", "hooks"]
  private static let featurePath = ["features", "hooks"]

  /// - Throws: `SettingsError` if the file is there and cannot be used.
  package init(_ surroundings: Surroundings) throws(SettingsError) {
    path = "\(surroundings.configDirectory)/config.json"
    let bytes = try SettingsFile.contents(path)
    self.bytes = bytes
    do {
      let node = try bytes.flatMap { bytes throws(JSONError) in try SettingsFile.node(bytes) }
      let plugins = try node?.optional("plugins")
      let text = try plugins?.optional("manifestx")?.optional("hooks")?.string() ?? ""
      commands = text.split(separator: ",").map(String.init)
      feature = try node?.optional("features")?.optional("hooks")?.string()
      otherPluginsHaveHooks = try plugins?.members().contains { $0.name != "manifestx" && $0.node.hasHooks } ?? false
    } catch { throw SettingsError(path: path, reason: .json(error)) }
  }

  /// True where docker is to call this plugin after this command of its own: one that is named, or whose first words are.
  package func names(_ command: String) -> Bool {
    let words = command.split(separator: " ")
    return commands.contains { words.starts(with: $0.split(separator: " ", omittingEmptySubsequences: false)) }
  }
  /// True where `disable` leaves docker's switch for all hooks on: for others, as far as can be known.
  package var othersUseHooks: Bool { areOn && (otherPluginsHaveHooks || !commands.allSatisfy(Self.ours.contains)) }
  /// True where docker runs hooks, as far as the file says.
  package var areOn: Bool { feature.flatMap(booleanValue) ?? false }

  /// - Throws: `SettingsError`; the file is then as it was.
  package func enable() throws(SettingsError) {
    try edit { text throws(JSONError) in
      let all = commands + Self.ours.filter { !commands.contains($0) }
      if all != commands { try text.set(Self.commandsPath, to: all.joined(separator: ",")) }
      if !areOn { try text.set(Self.featurePath, to: "true") }
    }
  }

  /// docker's switch for all hooks goes as well where nothing is left that it could switch.
  package func disable() throws(SettingsError) {
    guard bytes != nil else { return }
    try edit { text throws(JSONError) in
      let rest = commands.filter { !Self.ours.contains($0) }
      if rest.isEmpty { try text.remove(Self.commandsPath) }
      if !rest.isEmpty, rest != commands { try text.set(Self.commandsPath, to: rest.joined(separator: ",")) }
      if rest.isEmpty, areOn, !othersUseHooks { try text.remove(Self.featurePath) }
    }
  }

  private func edit(_ change: (inout JSONText) throws(JSONError) -> Void) throws(SettingsError) {
    var text: JSONText
    let mark = bytes.map(SettingsFile.byteOrderMark) ?? []
    let content = (bytes ?? []).dropFirst(mark.count)
    do {
      text = try JSONText(content.allSatisfy(\.isBlank) ? Array("{}\n".utf8) : Array(content))
      try change(&text)
    } catch { throw SettingsError(path: path, reason: .json(error)) }
    if bytes != nil, text.bytes.elementsEqual(content) { return }
    var status = Glibc.stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw SettingsError(path: path, reason: .special)
    }
    do {
      if bytes == nil { try makeDirectory() }
      try FileReplacement.replace(path, with: mark + text.bytes, mode: [.ownerRead, .ownerWrite])
    } catch { throw SettingsError(path: path, reason: .unwritable(error)) }
  }

  private func makeDirectory() throws(Errno) {
    let directory = FilePath(path).removingLastComponent().string
    if mkdir(directory, 0o700) != 0, errno != EEXIST { throw Errno(rawValue: errno) }
  }
}

extension JSONNode {
  fileprivate var hasHooks: Bool {
    ["hooks", "error-hooks"].contains { ((try? optional($0)?.string()) ?? "").isEmpty == false }
  }
}
