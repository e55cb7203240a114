/// Decides whether credential helpers are run. A helper may open a window, which is not always wanted.
package protocol HelperPolicy: Sendable {
  /// True if the helper for this host may be run now. If not, it counts as having no credential.
  func allowsHelper(forHost host: String) -> Bool
  /// Called when a helper that was allowed has answered, with or without a credential.
  func helperAnswered(forHost host: String)
}
