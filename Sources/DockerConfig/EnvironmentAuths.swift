import JSON
import LocalSystem

/// Credentials that come with the environment: `DOCKER_AUTH_CONFIG={"auths": {"HOST": {"auth": "…"}}}`, as CI systems
/// hand them over. Read as strictly as docker reads it: a variable is typed by hand, and a slip in it should be seen.
///
/// https://docs.docker.com/reference/cli/docker/#environment-variables
struct EnvironmentAuths: Sendable {
  static let variable = "DOCKER_AUTH_CONFIG"
  let entries: AuthEntries

  /// Nil where the variable is not set.
  ///
  /// - Throws: `SettingsError` if it is not JSON, has members that nobody knows, or an entry without `auth`.
  init?(_ environment: Environment) throws(SettingsError) {
    guard let text = environment[Self.variable] else { return nil }
    var unknown: JSONNode?
    do throws(JSONError) {
      let node = JSONNode(try JSONValue(decoding: Array(text.utf8)))
      let auths = try node.optional("auths")
      unknown = try node.members().first { $0.name != "auths" }?.node
      for (_, entry) in try auths?.members() ?? [] {
        let other = try entry.members().first { $0.name != "auth" }?.node
        unknown = unknown ?? other
        if try entry.required("auth").string().isEmpty { throw .missing(path: "\(entry.path).auth") }
      }
      entries = try AuthEntries(auths, source: Self.variable)
    } catch { throw SettingsError(path: Self.variable, reason: .json(error)) }
    if let unknown {
      let problem = "is not known here: it holds {\"auths\": {HOST: {\"auth\": \u{2026}}}} and nothing else"
      throw SettingsError(path: Self.variable, reason: .value(path: unknown.path, problem: problem))
    }
  }
}
