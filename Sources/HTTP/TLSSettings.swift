/// How a server must prove its identity, and how this side proves its own.
package struct TLSSettings: Sendable, Hashable {
  /// False for registries that are configured as insecure: any certificate is accepted.
  package var verifiesServer = true
  /// PEM files of certificate authorities that are trusted in addition to the system's.
  package var authorities: [String] = []
  package var client: ClientCertificate?
  /// False for a host that the registry only led to, such as its storage: the registry's client certificate is not for it.
  package var mayHaveClient = true

  package init() {}

  /// Paths of PEM files.
  package struct ClientCertificate: Sendable, Hashable {
    package let certificate: String
    package let key: String

    package init(certificate: String, key: String) {
      self.certificate = certificate
      self.key = key
    }
  }
}
