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
  let auths: AuthEntries
  /// What cannot be used of what may have credentials: the file itself, or members of it. The rest is used.
  package let problems: [SettingsError]
  /// Why `HttpHeaders` cannot be used.
  package let headersProblem: SettingsError?
  /// True if config.json is a symbolic link to a file that does not exist, which is probably a mistake.
  package let isDanglingLink: Bool

  /// What cannot be read is in `problems` and `headersProblem`. A missing file is no problem.
  package init(_ paths: DockerPaths) {
    path = paths.configFile
    var contents = Contents(path)
    var status = stat()
    isDanglingLink = contents.isMissing && lstat(path, &status) == 0
    credsStore = contents.read(nil) { node throws(JSONError) in try node.optional("credsStore")?.string() }
    credHelpers = contents.read([:]) { node throws(JSONError) in
      var helpers: [String: String] = [:]
      for (host, helper) in try node.optional("credHelpers")?.members() ?? [] { helpers[host] = try helper.string() }
      return helpers
    }
    auths = contents.read(AuthEntries(source: path)) { [path] node throws(JSONError) in
      try AuthEntries(node.optional("auths"), source: path)
    }
    problems = contents.problems
    contents.problems = []
    httpHeaders = contents.read([], Self.httpHeaders)
    headersProblem = contents.problems.first
  }

  private struct Contents {
    let path: String
    private(set) var node = JSONNode(.object([]))
    private(set) var isMissing = false
    var problems: [SettingsError] = []

    init(_ path: String) {
      self.path = path
      do {
        if let found = try SettingsFile.read(path) { node = found } else { isMissing = true }
      } catch { problems = [error] }
    }

    mutating func read<Value>(_ empty: Value, _ member: (JSONNode) throws(JSONError) -> Value) -> Value {
      do { return try member(node) } catch {
        problems.append(SettingsError(path: path, reason: .json(error)))
        return empty
      }
    }
  }

  private static func httpHeaders(_ node: JSONNode) throws(JSONError) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = []
    for (name, value) in try node.optional("HttpHeaders")?.members() ?? [] {
      // A line break would begin another field.
      guard FieldSyntax.isToken(name) else {
        throw value.wrong("the name of a header field")
      }
      guard FieldSyntax.isValue(try value.string()) else {
        throw value.wrong("text without line breaks or other control characters")
      }
      if name.lowercased().hasPrefix("x-meta-") { headers.append((name, try value.string())) }
    }
    return headers
  }
}

extension ConfigFile {
  /// The hosts of all registries that have a credential here, as in the names of images, in alphabetical order.
  package var hosts: [String] {
    let hosts = auths.keys + credHelpers.keys
    return Set(hosts.map { AuthKey($0).host }).sorted()
  }
}
