import JSON
import PluginMetadata

/// What `plugin-metadata/metadata.json` says about the program.
enum ProgramMetadata {
  /// The plugin's name, without `docker-`.
  static var name: String { member("Name") }
  static var version: String { member("Version") }
  static var abstract: String { member("ShortDescription") }

  private static func member(_ name: String) -> String {
    let node = (try? JSONValue(decoding: PluginMetadata.json)).map { JSONNode($0) }
    return (try? node?.required(name).string()) ?? ""
  }
}
