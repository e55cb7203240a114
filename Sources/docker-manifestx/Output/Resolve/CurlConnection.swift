import HTTP
import OCIRegistry

/// curl's options for TLS, as docker's settings have them.
struct CurlConnection {
  /// The lines that the options need. None unless the registry has authorities of its own.
  let preparation: [String]

  /// - Parameter systemAuthorities: Files of certificate authorities, as words of a shell. Those of a registry are trusted in
  ///   addition to the system's, while curl's option replaces these.
  init(_ access: RepositoryAccess, systemAuthorities: [String]) {
    var all = [(access.tls, access.url)]
    if case .token(let request) = access.authentication { all.append((request.tls, request.realm)) }
    // All requests have the same authorities, or none.
    let own = all.lazy.filter(Self.hasAuthorities).first?.0.authorities.map { "\(ShellWord($0))" } ?? []
    preparation =
      own.isEmpty
      ? []
      : [
        "# The certificate authorities of the system, and those of docker's settings",
        "CA_FILE=$(mktemp)", #"trap 'rm -f "$CA_FILE"' EXIT"#,
        "for file in \((systemAuthorities + own).joined(separator: " ")); do",
        #"  cat < "$file""#, "  echo", #"done > "$CA_FILE""#,
      ]
  }

  func options(_ settings: TLSSettings, of url: String) -> [String] {
    guard url.hasPrefix("https:") else { return [] }
    // Also for redirects.
    var words = settings.verifiesServer ? ["--proto '=https'"] : ["-k"]
    if Self.hasAuthorities(settings, url) { words.append(#"--cacert "$CA_FILE""#) }
    if settings.mayHaveClient, let client = settings.client {
      // curl takes what follows a colon for the certificate's password. https://curl.se/docs/manpage.html#-E
      let certificate = client.certificate.unicodeScalars.map { $0 == ":" || $0 == "\\" ? "\\\($0)" : "\($0)" }
      words.append("--cert \(ShellWord(certificate.joined())) --key \(ShellWord(client.key))")
    }
    return words
  }

  private static func hasAuthorities(_ settings: TLSSettings, _ url: String) -> Bool {
    url.hasPrefix("https:") && settings.verifiesServer && !settings.authorities.isEmpty
  }
}
