import Glibc
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
  /// What cannot be used. The rest is used.
  package private(set) var problems: [SettingsError] = []
  /// The files that look like certificates, and that are not read because of their names. Also directories that name
  /// Docker Hub otherwise.
  package private(set) var ignored: [SettingsError] = []

  /// True if there are none, of either kind.
  package var isEmpty: Bool { authorities.isEmpty && clients.isEmpty }

  /// A client certificate.
  package struct Client: Hashable, Sendable {
    package let certificate: String
    package let key: String
  }

  /// What `certs.d/HOST[:PORT]` contains: the machine's, and a rootless engine's. For Docker Hub it is the host of its
  /// registry API.
  package init(forHost host: String, _ paths: DockerPaths) {
    let name = Self.directoryName(forHost: host)
    for base in [paths.machineDirectory, paths.userDirectory] {
      let directory = "\(base)/certs.d/\(name)"
      do { try read(directory) } catch { problems.append(error) }
      if name == DockerHub.registryHost { ignoreOtherNames(in: "\(base)/certs.d") }
    }
  }

  /// The name of the directory in `certs.d` for a registry.
  package static func directoryName(forHost host: String) -> String {
    host == DockerHub.host ? DockerHub.registryHost : host
  }

  private mutating func ignoreOtherNames(in directory: String) {
    let paths = [DockerHub.host, DockerHub.indexHost].map { "\(directory)/\($0)" }
    let why = "is ignored: for Docker Hub, only \(directory)/\(DockerHub.registryHost) is read"
    ignored += paths.filter { access($0, F_OK) == 0 }.map { SettingsError(path: $0, reason: .unused(why)) }
  }

  private mutating func read(_ directory: String) throws(SettingsError) {
    let names = try Self.names(in: directory)
    ignored += names.filter(Self.isIgnored).map { name in
      let why = "is ignored: only *.crt (authorities) and *.cert with *.key (client certificates) are read"
      return SettingsError(path: "\(directory)/\(name)", reason: .unused(why))
    }
    authorities += names.map { "\(directory)/\($0)" }.filter { $0.hasSuffix(".crt") && isReadable($0) }
    for name in names {
      guard let (stem, other) = Self.pair(name) else { continue }
      if !names.contains(stem + other) {
        let reason = SettingsError.Reason.value(path: stem + other, problem: "is missing in the same directory")
        problems.append(SettingsError(path: "\(directory)/\(name)", reason: reason))
      } else if other == ".key" {
        let client = Client(certificate: "\(directory)/\(name)", key: "\(directory)/\(stem)\(other)")
        if isReadable(client.certificate), isReadable(client.key) { add(client) }
      }
    }
  }

  /// docker's engine lets the server choose; libcurl can be given only one.
  private mutating func add(_ client: Client) {
    if let first = clients.first?.certificate {
      let why = "is not used: of several client certificates, only the first one is (\(first))"
      problems.append(SettingsError(path: client.certificate, reason: .unused(why)))
    }
    clients.append(client)
  }

  /// What to say about the authorities after a certificate that is signed by none of them.
  package var unmatched: [SettingsError] {
    authorities.map {
      SettingsError(path: $0, reason: .unused("was read, but no authority in it has signed the certificate"))
    }
  }

  /// False, and a problem, if the file may not be read, or is a pipe, which OpenSSL would wait for. What is wrong in the
  /// file itself shows when it is used.
  private mutating func isReadable(_ file: String) -> Bool {
    var status = stat()
    var error: SystemError?
    if access(file, R_OK) != 0 || stat(file, &status) != 0 { error = SystemError() }
    if error == nil, status.st_mode & S_IFMT != S_IFREG { error = .notAFile }
    if let error { problems.append(SettingsError(path: file, reason: .unreadable(error))) }
    return error == nil
  }

  private static func isIgnored(_ name: String) -> Bool {
    let isRead = [".crt", ".cert", ".key"].contains(where: name.hasSuffix)
    let endings = [".crt", ".cert", ".key", ".pem", ".cer", ".der", ".p12", ".pfx"]
    return !isRead && endings.contains(where: name.lowercased().hasSuffix)
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
      if error.isMissingFile(in: directory) { return [] }
      throw SettingsError(path: directory, reason: .unreadable(error))
    }
  }
}

extension RegistryCertificates: CustomStringConvertible {
  package var description: String { (authorities + clients.map(\.certificate)).joined(separator: ", ") }
}
