import LocalSystem
import OCI

/// The certificates that docker uses for one registry, as paths of PEM files.
///
/// https://docs.docker.com/engine/security/certificates/
package struct RegistryCertificates: Hashable, Sendable {
  /// Certificate authorities to trust besides the system's.
  package private(set) var authorities: [String] = []
  /// Client certificates with their keys.
  package private(set) var clients: [Client] = []

  /// True if there are none, of either kind.
  package var isEmpty: Bool { authorities.isEmpty && clients.isEmpty }

  /// A client certificate.
  package struct Client: Hashable, Sendable {
    package let certificate: String
    package let key: String
  }

  /// What `certs.d/HOST[:PORT]` contains: the machine's, and a rootless engine's. For Docker Hub it is the host of its
  /// registry API.
  ///
  /// - Throws: `SettingsError` if a `.cert` has no `.key` beside it, or the reverse, or a directory cannot be listed.
  package init(forHost host: String, _ paths: DockerPaths) throws(SettingsError) {
    let name = host == DockerHub.host ? DockerHub.registryHost : host
    for base in [paths.machineDirectory, paths.userDirectory] {
      let directory = "\(base)/certs.d/\(name)"
      let names = try Self.names(in: directory)
      authorities += names.filter { $0.hasSuffix(".crt") }.map { "\(directory)/\($0)" }
      for name in names {
        guard let (stem, other) = Self.pair(name) else { continue }
        guard names.contains(stem + other) else {
          throw SettingsError(
            path: "\(directory)/\(name)",
            reason: .value(path: stem + other, problem: "is missing in the same directory")
          )
        }
        if other == ".key" {
          clients.append(Client(certificate: "\(directory)/\(name)", key: "\(directory)/\(stem)\(other)"))
        }
      }
    }
  }

  /// A file's name without its extension, and the extension of the file that belongs to it.
  private static func pair(_ name: String) -> (stem: String, other: String)? {
    if name.hasSuffix(".cert") { return (String(name.dropLast(5)), ".key") }
    if name.hasSuffix(".key") { return (String(name.dropLast(4)), ".cert") }
    return nil
  }

  /// In alphabetical order; none where there is no such directory.
  private static func names(in directory: String) throws(SettingsError) -> [String] {
    do { return try Directory.names(in: directory).sorted() } catch {
      if error.isMissingFile { return [] }
      throw SettingsError(path: directory, reason: .unreadable(error))
    }
  }
}

extension RegistryCertificates: CustomStringConvertible {
  package var description: String { (authorities + clients.map(\.certificate)).joined(separator: ", ") }
}
