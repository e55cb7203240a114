/// What docker asks every plugin for (`docker-cli-plugin-metadata`), and the one place of this program's name, vendor,
/// version, description and address: `metadata.json` beside this file, compiled in as it stands.
package enum PluginMetadata {
  /// The bytes of `metadata.json`.
  package static var json: [UInt8] { PackageResources.metadata_json }
}
