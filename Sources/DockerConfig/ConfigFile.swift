import Glibc
import HTTP
import JSON

/// What docker's config.json says about registries.
///
/// https://docs.docker.com/reference/cli/docker/#configuration-files
package struct ConfigFile: Sendable {
  package let path: String
  /// The credential helper for all registries: `docker-credential-NAME`.
  package let credsStore: String?
  /// The credential helpers of single registries, by host.
  package let credHelpers: [String: String]
  /// The `X-Meta-` fields of `HttpHeaders`, to add to every request to a registry. The others are for docker's engine,
  /// and may be secret; of all that docker sends to it, the engine passes only these on to registries:
  /// https://github.com/moby/moby/blob/master/api/server/router/image/image_routes.go
  package let httpHeaders: [(name: String, value: String)]
  /// Directories of plugins, which docker searches before its own.
  package let pluginDirectories: [String]
  let auths: AuthEntries
  /// What cannot be used of what may have credentials: the file itself, or members of it. The rest is used.
  package let problems: [SettingsError]
  /// Why `HttpHeaders` cannot be used.
  package let headersProblem: SettingsError?
  /// True if config.json is a symbolic link to a file that does not exist, which is probably a mistake.
  package let isDanglingLink: Bool
  /// True if there is no file because the user has no home directory.
  package let hasNoDirectory: Bool

  /// What cannot be read is in `problems` and `headersProblem`. A missing file is no problem.
  package init(_ paths: DockerPaths) {
    path = paths.configFile
    hasNoDirectory = paths.hasNoConfigDirectory
    var contents = Contents(path)
    var status = stat()
    isDanglingLink = contents.isMissing && lstat(path, &status) == 0
    credsStore = contents.read("credsStore", default: nil) { node throws(JSONError) in try node.string() }
    credHelpers = contents.read("credHelpers", default: [:]) { node throws(JSONError) in
      var helpers: [String: String] = [:]
      for (host, helper) in try node.members() { helpers[host] = try helper.text() }
      return helpers
    }
    auths = contents.read("auths", default: AuthEntries(source: path)) { [path] node throws(JSONError) in
      try AuthEntries(node, source: path)
    }
    httpHeaders = contents.read(Self.headersName, default: [], Self.httpHeaders)
    // docker itself reports a mistake in this member.
    pluginDirectories = (try? contents.node.optional("cliPluginsExtraDirs")?.strings()) ?? []
    problems = contents.problems.filter { $0.member != Self.headersName }.map(\.error)
    headersProblem = contents.problems.first { $0.member == Self.headersName }?.error
  }

  private static let headersName = "HttpHeaders"

  private struct Contents {
    let path: String
    private(set) var node = JSONNode(.object([]))
    private(set) var isMissing = false
    /// Without a member for the file itself.
    private(set) var problems: [(member: String?, error: SettingsError)] = []

    init(_ path: String) {
      self.path = path
      do {
        if let found = try SettingsFile.read(path, as: .goFirstValue) { node = found } else { isMissing = true }
      } catch { problems = [(nil, error)] }
    }

    mutating func read<Value>(
      _ name: String,
      default value: Value,
      _ read: (JSONNode) throws(JSONError) -> Value
    ) -> Value {
      do throws(JSONError) { return try node.optional(name).map(read) ?? value } catch {
        problems.append((name, SettingsError(path: path, reason: .json(error))))
        return value
      }
    }
  }

  private static func httpHeaders(_ node: JSONNode) throws(JSONError) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = []
    for (name, value) in try node.members() {
      // A line break would begin another field.
      guard FieldSyntax.isToken(name) else {
        throw .value(path: value.path, problem: "is not a valid name of a header field")
      }
      guard FieldSyntax.isValue(try value.text()) else {
        throw .value(path: value.path, problem: "contains line breaks or other control characters")
      }
      if name.lowercased().hasPrefix("x-meta-") { headers.append((name, try value.text())) }
    }
    return headers
  }
}

extension ConfigFile {
  /// The hosts of all registries that have a credential here, as in the names of images, in alphabetical order.
  package var hosts: [String] {
    Set(auths.keys.map(\.host) + credHelpers.keys.map { AuthKey($0).host }).sorted()
  }
}

extension ConfigFile {
  /// Why entries of `auths` cannot be read.
  package var unreadableEntries: [SettingsError] { auths.problems }

  /// The registries, or parts of registries, whose credential is in this file itself, in plain text.
  package var plainTextHosts: [String] { auths.keysWithCredential.sorted() }

  /// The helpers that the file names, with the setting that names each.
  package var helpers: [(name: String, setting: String)] {
    let own = credHelpers.sorted { $0.key < $1.key }.map { (name: $0.value, setting: "credHelpers[\"\($0.key)\"]") }
    return ([(credsStore ?? "", "credsStore")] + own).filter { !$0.name.isEmpty }
  }
}
