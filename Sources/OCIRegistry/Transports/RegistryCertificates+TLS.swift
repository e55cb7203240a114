import DockerConfig
import HTTP

extension RegistryCertificates {
  /// How the registry must prove its identity, and how this side proves its own.
  ///
  /// - Parameter mayHaveClient: False for a host that the registry only led to.
  func tls(verifiesServer: Bool, mayHaveClient: Bool = true) -> TLSSettings {
    var settings = TLSSettings()
    (settings.verifiesServer, settings.mayHaveClient) = (verifiesServer, mayHaveClient)
    settings.authorities = authorities
    if mayHaveClient { settings.client = clients.first.map { .init(certificate: $0.certificate, key: $0.key) } }
    return settings
  }
}
