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
  /// True if config.json is a symbolic link to a file that does not exist, which is probably a mistake.
  package let isDanglingLink: Bool

  /// - Throws: `SettingsError` if the file exists and cannot be used. A missing file is not an error.
  package init(_ paths: DockerPaths) throws(SettingsError) {
    path = paths.configFile
    let found = try SettingsFile.read(path)
    var status = stat()
    isDanglingLink = found == nil && lstat(path, &status) == 0
    let node = found ?? JSONNode(.object([]))
    do {
      credsStore = try node.optional("credsStore")?.string()
      var helpers: [String: String] = [:]
      for (host, helper) in try node.optional("credHelpers")?.members() ?? [] { helpers[host] = try helper.string() }
      credHelpers = helpers
      auths = try AuthEntries(node.optional("auths"), source: path)
    } catch { throw SettingsError(path: path, reason: .json(error)) }
    httpHeaders = try Self.httpHeaders(node, path)
  }

  private static func httpHeaders(
    _ node: JSONNode,
    _ path: String
  ) throws(SettingsError) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = []
    do throws(JSONError) {
      for (name, value) in try node.optional("HttpHeaders")?.members() ?? [] {
        // A line break would begin another field.
        guard FieldSyntax.isToken(name) else {
          throw value.wrong("the name of a header field")
        }
        guard FieldSyntax.isValue(try value.string()) else {
          throw value.wrong("text without line breaks and other control characters")
        }
        if name.lowercased().hasPrefix("x-meta-") { headers.append((name, try value.string())) }
      }
    } catch { throw SettingsError(path: path, reason: .json(error)) }
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
