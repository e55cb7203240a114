/// What happens while docker's settings are used, to be shown to the user.
package enum SettingsEvent: Hashable, Sendable {
  /// A credential helper has not answered for some seconds. It may be asking the user for a password.
  case waitingForHelper(program: String)
  /// A file, a variable or a program that may have a credential cannot be used. `replacement` is used instead; nil: nothing.
  case unusable(UnusableSource, replacement: String?)
}
