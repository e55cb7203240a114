/// What happens while docker's settings are used, to be shown to the user.
package enum SettingsEvent: Hashable, Sendable {
  /// A credential helper has not answered for some seconds. It may be asking the user for a password.
  case waitingForHelper(program: String)
  /// The credential helper that `setting` names is not installed; `source`, an entry of config.json, is used instead.
  case missingHelper(program: String, setting: String, source: String)
}
