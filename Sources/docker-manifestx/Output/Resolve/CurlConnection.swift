import DockerConfig
import HTTP
import OCIRegistry

/// curl's options for connections, as docker's settings have them.
struct CurlConnection {
  /// The lines that the options need. None unless curl would not find the authorities itself.
  let preparation: [String]
  private let proxies: ProxySettings

  /// - Parameter systemAuthorities: Those that are trusted for all registries. Those of a registry are trusted in addition,
  ///   while curl's option replaces the system's.
  init(_ access: RepositoryAccess, systemAuthorities: SystemAuthorities, proxies: ProxySettings) {
    self.proxies = proxies
    var all = [(access.connection.tls, access.url)]
    if case .token(let request) = access.authentication { all.append((request.connection.tls, request.realm)) }
    let verified = all.filter { $0.verifiesServer && Self.isSecure($1) }.map(\.0)
    // All requests have the same authorities of a registry.
    let own = verified.first?.authorities ?? []
    // In a directory, curl finds only files that are named by their hashes.
    guard !own.isEmpty || !verified.isEmpty && systemAuthorities.directories != nil else {
      preparation = []
      return
    }
    let system =
      [systemAuthorities.file].compactMap(\.self).map { "\(ShellWord($0))" }
      + (systemAuthorities.directories ?? []).map { "\(ShellWord($0))/*" }
    preparation = [
      "# The certificate authorities of the system, and those of docker's settings",
      "CA_FILE=$(mktemp)", #"trap 'rm -f "$CA_FILE"' EXIT"#,
      "for file in \((system + own.map { "\(ShellWord($0))" }).joined(separator: " ")); do",
      #"  [ -f "$file" ] || continue"#, #"  cat < "$file""#, "  echo", #"done > "$CA_FILE""#,
    ]
  }

  func options(_ connection: RepositoryAccess.Connection, of url: String) -> [String] {
    let pinned = connection.address.flatMap { Origin(url: url)?.at($0) }
    return direct(url, pinned) + connect(url, to: pinned) + (Self.isSecure(url) ? options(connection.tls) : [])
  }

  private func options(_ settings: TLSSettings) -> [String] {
    // Also for redirects.
    var words = settings.verifiesServer ? ["--proto '=https'"] : ["-k"]
    if settings.verifiesServer, !preparation.isEmpty { words.append(#"--cacert "$CA_FILE""#) }
    if settings.mayHaveClient, let client = settings.client {
      // curl takes what follows a colon for the certificate's password. https://curl.se/docs/manpage.html#-E
      let certificate = client.certificate.unicodeScalars.map { $0 == ":" || $0 == "\\" ? "\\\($0)" : "\($0)" }
      words.append("--cert \(ShellWord(certificate.joined())) --key \(ShellWord(client.key))")
    }
    return words
  }

  /// curl itself sends requests for loopback addresses to a proxy, and its versions differ in what they read from NO_PROXY:
  /// a password in plain HTTP would be sent to the proxy. The option replaces the variable, which redirects need.
  private func direct(_ url: String, _ pinned: Origin?) -> [String] {
    guard let origin = Origin(url: url), [origin, pinned ?? origin].contains(where: proxies.isException)
    else { return [] }
    if proxies.areUnused { return ["--noproxy '*'"] }
    // Without the brackets of IPv6.
    return [#"--noproxy \#(ShellWord(HostAndPort(origin.host).name))",${NO_PROXY:-${no_proxy-}}""#]
  }

  /// On every port of the host. Unlike --resolve, it applies through a proxy as well.
  private func connect(_ url: String, to pinned: Origin?) -> [String] {
    guard let pinned, let host = Origin(url: url)?.host else { return [] }
    return ["--connect-to \(ShellWord("\(host)::\(pinned.host):"))"]
  }

  private static func isSecure(_ url: String) -> Bool { Origin(url: url)?.isSecure == true }
}
