import JSON
import LocalSystem

/// Credentials from the environment: `DOCKER_AUTH_CONFIG={"auths": {"HOST": {"auth": "…"}}}`, as CI systems set it.
///
/// docker ignores the whole variable if it contains anything else. People put a whole config.json in it, as the
/// documentation of GitLab's runner describes, so here only what cannot be used is left out.
///
/// https://docs.docker.com/reference/cli/docker/#environment-variables
struct EnvironmentCredentials: Sendable {
  static let variable = "DOCKER_AUTH_CONFIG"
  let entries: AuthEntries
  /// What is left out. The variable is often written by hand, and a mistake in it should be noticed.
  private(set) var problems: [Problem] = []

  struct Problem: Sendable {
    let error: SettingsError
    /// The registries whose credentials it may be about, as in `AuthKey`; nil for all.
    let hosts: Set<String>?
  }

  /// Nil where the variable is not set.
  ///
  /// - Throws: `SettingsError` if it is not JSON, or its `auths` is no object.
  init?(_ environment: Environment) throws(SettingsError) {
    guard let text = environment[Self.variable] else { return nil }
    var usable: [(name: String, node: JSONNode)] = []
    do throws(JSONError) {
      let node = try SettingsFile.node(Array(text.utf8), as: .goSingleValue)
      let others = try node.members(besides: "auths")
      if !others.isEmpty {
        let names = others.map(\.name).joined(separator: ", ")
        let error = Self.error(.value(path: names, problem: "cannot be read from this variable, only auths can"))
        problems.append(Problem(error: error, hosts: Self.hosts(of: others)))
      }
      for entry in try node.optional("auths")?.members() ?? [] {
        if let error = Self.error(in: entry.node) {
          problems.append(Problem(error: Self.error(.json(error)), hosts: [AuthKey(entry.name).host]))
        } else {
          usable.append(entry)
        }
      }
    } catch { throw Self.error(.json(error)) }
    entries = AuthEntries(usable, source: Self.variable)
  }

  private static func error(_ reason: SettingsError.Reason) -> SettingsError {
    SettingsError(path: variable, reason: reason)
  }

  /// The registries that these members may have credentials for; nil for all.
  private static func hosts(of members: [(name: String, node: JSONNode)]) -> Set<String>? {
    var hosts: Set<String> = []
    for (name, node) in members {
      guard name.lowercased() == "credhelpers", let helpers = try? node.members() else { return nil }
      hosts.formUnion(helpers.map { AuthKey($0.name).host })
    }
    return hosts
  }

  /// Nil for an entry with `auth`, the only form that docker accepts here.
  private static func error(in entry: JSONNode) -> JSONError? {
    do throws(JSONError) {
      return try entry.required("auth").string().isEmpty ? .missing(path: "\(entry.path).auth") : nil
    } catch { return error }
  }
}
