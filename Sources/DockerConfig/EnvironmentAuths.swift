import JSON

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
  init?(_ environment: [String: String]) throws(SettingsError) {
    guard let text = environment.nonEmpty(Self.variable) else { return nil }
    do {
      let node = JSONNode(try JSONValue(decoding: Array(text.utf8)))
      for (name, member) in try node.members() where name != "auths" { throw EntryError.unknown(member.path) }
      let auths = try node.optional("auths")
      for (_, entry) in try auths?.members() ?? [] {
        for (name, member) in try entry.members() where name != "auth" { throw EntryError.unknown(member.path) }
        if try entry.required("auth").string().isEmpty { throw JSONError.missing(path: "\(entry.path).auth") }
      }
      entries = try AuthEntries(auths, source: Self.variable)
    } catch let error as JSONError {
      throw SettingsError(path: Self.variable, reason: .json(error))
    } catch EntryError.unknown(let path) {
      throw SettingsError(
        path: Self.variable,
        reason: .value(
          path: path,
          problem: "is not known here: it holds {\"auths\": {HOST: {\"auth\": …}}} and nothing else"
        )
      )
    } catch {
      throw SettingsError(path: Self.variable, reason: .value(path: "it", problem: "can't be used"))
    }
  }

  private enum EntryError: Error {
    case unknown(String)
  }
}
