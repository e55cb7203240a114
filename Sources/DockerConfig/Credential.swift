/// Text that must not be printed: every way of printing it shows stars, and only `revealed` gives the text itself.
package struct Secret: Hashable, Sendable {
  package let revealed: String
  package init(_ text: String) { revealed = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "***" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What authenticates the user to one registry.
package enum Credential: Hashable, Sendable {
  /// Nothing is stored for the registry. This is not an error: many images can be read by anyone.
  case anonymous
  case basic(username: String, password: Secret)
  /// A long-lived token that the token server exchanges for short-lived ones (OAuth 2 refresh token).
  case identityToken(Secret)
  /// A token that is sent to the registry unchanged.
  case registryToken(Secret)
}

/// A credential and where it was found.
package struct FoundCredential: Hashable, Sendable {
  package let credential: Credential
  /// For messages: `auths["ghcr.io"] in /home/me/.docker/config.json`.
  package let source: String

  package init(_ credential: Credential, source: String) {
    self.credential = credential
    self.source = source
  }
}

/// Looks up the credential for a registry.
package protocol Keychain: Sendable {
  /// - Parameter host: As in the names of images: `docker.io`, `harbor.example.com:8443`.
  /// - Throws: `SettingsError` or `CredentialHelperError` if what is stored cannot be read. Having no credential is not an
  ///   error.
  func credential(forHost host: String) async throws -> FoundCredential
}
