import HTTP
import JSON
import OCI

/// The settings of docker's engine for registries: `daemon.json` of the machine, of a rootless engine, and of Docker
/// Desktop.
///
/// https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file
package struct DaemonConfig: Sendable {
  /// An entry of `insecure-registries`.
  package struct InsecureEntry: Hashable, Sendable {
    package let text: String
    package let file: String

    /// In lower case, and without a scheme, as for docker: people write `http://registry.example.com:5000`.
    package var place: String {
      let text = text.lowercased()
      let scheme = ["http://", "https://"].first(where: text.hasPrefix) ?? ""
      return String(text.dropFirst(scheme.count))
    }
  }

  /// The files that exist and can be used.
  package private(set) var files: [String] = []
  /// `insecure-registries` of all files.
  package private(set) var insecureRegistries: [InsecureEntry] = []
  /// `registry-mirrors` of all files, as URLs, each once: where to look first for images of Docker Hub.
  package private(set) var registryMirrors: [String] = []
  /// The files that cannot be used: worth a warning, and no reason to stop.
  package private(set) var problems: [SettingsError] = []
  /// The entries that are not used. docker's engine does not start with most of them, but it may run elsewhere.
  package private(set) var invalidEntries: [SettingsError] = []

  package init(_ paths: DockerPaths) {
    let files = [
      "\(paths.machineDirectory)/daemon.json",
      "\(paths.userDirectory)/daemon.json",
      "\(paths.home)/.docker/daemon.json",
    ]
    for file in files {
      do { try read(file) } catch { problems.append(error) }
    }
  }

  private mutating func read(_ file: String) throws(SettingsError) {
    guard let node = try SettingsFile.read(file, as: .go) else { return }
    do {
      let entries = try texts(node.optional("insecure-registries"), in: file, Self.insecureForm) { text in
        let place = InsecureEntry(text: text, file: file).place
        return Registry(parsing: place) != nil || AddressRange(place) != nil
      }
      let mirrors = try texts(node.optional("registry-mirrors"), in: file, Self.mirrorForm, Self.isMirror)
      files.append(file)
      insecureRegistries += entries.map { InsecureEntry(text: $0, file: file) }
      registryMirrors += mirrors.filter { !registryMirrors.contains($0) }
    } catch { throw SettingsError(path: file, reason: .json(error)) }
  }

  private static let insecureForm = "HOST, HOST:PORT or an address range such as 10.0.0.0/8"
  private static let mirrorForm = "http:// or https:// and HOST or HOST:PORT of another registry than Docker Hub"

  private static func isMirror(_ url: String) -> Bool {
    // Docker Hub is no mirror of itself. Its password is sent to each of its names, and the URL may have http.
    guard let origin = Origin(url: url), !DockerHub.isHost(origin.host) else { return false }
    let place = url.dropFirst(origin.isSecure ? "https://".count : "http://".count)
    return Registry(parsing: String(place.last == "/" ? place.dropLast() : place)) != nil
  }

  /// An entry without what may be secret: what stands before an @, and a query.
  private static func shown(_ text: String) -> String {
    // Scalars: a combining character would hide the delimiter before it.
    let scalars = text.unicodeScalars
    let isDelimiter = { (scalar: Unicode.Scalar) in scalar == "?" || scalar == "#" }
    let at = scalars.lastIndex(of: "@")
    // An @ in a query: a part of the query would remain.
    if let at, scalars[..<at].contains(where: isDelimiter) { return "\u{2026}" }
    let rest = at.map { scalars[scalars.index(after: $0)...] } ?? scalars[...]
    guard let end = rest.firstIndex(where: isDelimiter) else { return String(rest) }
    return "\(String(rest[...end]))\u{2026}"
  }

  /// The texts of a list that are valid.
  private mutating func texts(
    _ list: JSONNode?,
    in file: String,
    _ form: String,
    _ isValid: (String) -> Bool
  ) throws(JSONError) -> [String] {
    var valid: [String] = []
    for node in try list?.array() ?? [] {
      let text = try node.string()
      if isValid(text) {
        valid.append(text)
      } else {
        let problem = "(\u{201C}\(Self.shown(text))\u{201D}) must be \(form), without a path"
        invalidEntries.append(SettingsError(path: file, reason: .value(path: node.path, problem: problem)))
      }
    }
    return valid
  }
}
