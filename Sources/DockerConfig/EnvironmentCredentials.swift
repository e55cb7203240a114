import JSON
import LocalSystem

/// Credentials from the environment: `DOCKER_AUTH_CONFIG={"auths": {"HOST": {"auth": "…"}}}`, as CI systems set it. Read
/// as strictly as docker reads it: the variable is often written by hand, and a mistake in it should be noticed.
///
/// https://docs.docker.com/reference/cli/docker/#environment-variables
struct EnvironmentCredentials: Sendable {
  static let variable = "DOCKER_AUTH_CONFIG"
  let entries: AuthEntries

  /// Nil where the variable is not set.
  ///
  /// - Throws: `SettingsError` if it is not JSON, has unknown members, or has an entry without `auth`.
  init?(_ environment: Environment) throws(SettingsError) {
    guard let text = environment[Self.variable] else { return nil }
    var unknown: JSONNode?
    do throws(JSONError) {
      let node = JSONNode(try JSONValue(decoding: Array(text.utf8), dialect: .go), names: .anyCase)
      let auths = try node.optional("auths")
      unknown = try node.firstMember(besides: "auths")
      for (_, entry) in try auths?.members() ?? [] {
        let other = try entry.firstMember(besides: "auth")
        unknown = unknown ?? other
        if try entry.required("auth").string().isEmpty { throw .missing(path: "\(entry.path).auth") }
      }
      entries = try AuthEntries(auths, source: Self.variable)
    } catch { throw SettingsError(path: Self.variable, reason: .json(error)) }
    if let unknown {
      let problem = "is unknown: only {\"auths\": {HOST: {\"auth\": \u{2026}}}} is allowed"
      throw SettingsError(path: Self.variable, reason: .value(path: unknown.path, problem: problem))
    }
  }
}
