/// Text that must not be seen: it has to be asked for by name, and every way of printing it shows stars.
package struct Secret: Hashable, Sendable {
  package let revealed: String
  package init(_ text: String) { revealed = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "***" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Who this side is, to one registry.
package enum Credential: Hashable, Sendable {
  /// Nothing is stored for the registry: not an error, much can be read by anyone.
  case anonymous
  case basic(username: String, password: Secret)
  /// A long-lived token, for which the token server gives short-lived ones (OAuth2 refresh token).
  case identityToken(Secret)
  /// A token that the registry itself takes, as it is.
  case registryToken(Secret)
}

/// A credential, and where it was found, in words: `auths["ghcr.io"] in /home/me/.docker/config.json`.
package struct FoundCredential: Hashable, Sendable {
  package let credential: Credential
  package let origin: String

  package init(_ credential: Credential, origin: String) {
    self.credential = credential
    self.origin = origin
  }
}

/// Knows the credential for a registry.
package protocol Keychain: Sendable {
  /// - Parameter host: As in references: `docker.io`, `harbor.example.com:8443`.
  /// - Throws: `SettingsError` or `CredentialHelperError` if what is stored cannot be read; having none is no error.
  func credential(forHost host: String) async throws -> FoundCredential
}
