import Glibc
import HTTP
import JSON

/// What docker's config.json says of registries.
///
/// https://docs.docker.com/reference/cli/docker/#configuration-files
package struct ConfigFile: Sendable {
  package let path: String
  package let credsStore: String?
  package let credHelpers: [String: String]
  /// `HttpHeaders`: header fields for every request to a registry.
  package let httpHeaders: [(name: String, value: String)]
  let auths: AuthEntries
  /// True where the path is a link to nothing: most likely not what was meant.
  package let isDanglingLink: Bool

  /// - Throws: `SettingsError` if the file is there and cannot be used; a missing one says nothing, and is no error.
  package init(_ surroundings: Surroundings) throws(SettingsError) {
    path = "\(surroundings.configDirectory)/config.json"
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
        // A line break would begin another field, of somebody else's choice.
        guard FieldSyntax.isToken(name) else {
          throw value.wrong("named as a header field is")
        }
        guard FieldSyntax.isValue(try value.string()) else {
          throw value.wrong("one line of text")
        }
        headers.append((name, try value.string()))
      }
    } catch { throw SettingsError(path: path, reason: .json(error)) }
    return headers
  }
}

extension ConfigFile {
  /// Every registry that has a credential here, by the host as it stands in references, in alphabetical order.
  package var hosts: [String] {
    let hosts = auths.keys + credHelpers.keys
    return Set(hosts.map { RegistryKey($0).host }).sorted()
  }
}
