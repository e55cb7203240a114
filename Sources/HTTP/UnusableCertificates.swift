/// Files with certificates that cannot be used. Requests are sent without them: this matters only to a server that needs
/// them.
package enum UnusableCertificates: Error, Hashable, Sendable {
  /// Certificate authorities. `place` names the file or directory, and what configures it.
  case authorities(place: String, reason: String)
  /// This many of the certificate authorities in a file. The others are used.
  case damaged(Int, place: String)
  case client(TLSSettings.ClientCertificate, reason: String)
}

extension UnusableCertificates {
  /// True if nothing in this file can be used.
  package func isAbout(_ file: String) -> Bool {
    switch self {
    case .authorities(let place, _): place == file
    case .damaged: false
    case .client(let client, _): [client.certificate, client.key].contains(file)
    }
  }
}

extension UnusableCertificates: CustomStringConvertible {
  package var description: String {
    switch self {
    case .authorities(let place, let reason): "cannot use the certificates in \(place): \(reason)"
    case .damaged(let count, let place):
      "cannot use \(count) of the certificates in \(place): \(count == 1 ? "it is" : "they are") incomplete or damaged"
    case .client(let client, let reason):
      "cannot use the client certificate \(client.certificate) with \(client.key): \(reason)"
    }
  }
}

extension TLSSettings {
  /// The same without the files of which nothing can be used.
  package func without(_ unusable: [UnusableCertificates]) -> TLSSettings {
    var settings = self
    settings.authorities.removeAll { file in unusable.contains { $0.isAbout(file) } }
    if let client, unusable.contains(where: { $0.isAbout(client.certificate) }) { settings.client = nil }
    return settings
  }
}
