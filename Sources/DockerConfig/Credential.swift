import OCI

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
  /// The kind of that place: it decides how the credential can be changed.
  package let store: Store
  /// What would have come before it, and cannot be used.
  package let unusable: [UnusableSource]

  package enum Store: Hashable, Sendable {
    /// What `docker login` changes.
    case dockerLogin
    /// A variable, which comes before what `docker login` stores.
    case variable(String)
    /// An entry for a part of the registry, which comes before what `docker login` stores.
    case namespace
  }

  package init(
    _ credential: Credential,
    source: String,
    store: Store = .dockerLogin,
    unusable: [UnusableSource] = []
  ) {
    self.credential = credential
    self.source = source
    self.store = store
    self.unusable = unusable
  }
}

/// A place where a credential may be stored, and why it cannot be used. This is an error only if the credential is needed.
package enum UnusableSource: Error, Hashable {
  case settings(SettingsError)
  case helper(CredentialHelperError)
}

extension UnusableSource: CustomStringConvertible {
  package var description: String {
    switch self {
    case .settings(let error): "\(error)"
    case .helper(let error): "\(error)"
    }
  }
}

/// Looks up the credential for a registry, or for a part of it.
package protocol Keychain: Sendable {
  /// The part of its registry whose credential the repository has. All repositories of one part share it.
  func namespace(of repository: Repository) -> RegistryNamespace

  /// - Throws: `CancellationError` if the program ends. What is stored and cannot be used is not an error, and neither is
  ///   having no credential.
  func credential(for namespace: RegistryNamespace) async throws -> FoundCredential

  /// Those for a host that can be read without a credential helper.
  func storedCredentials(forHost host: String) -> [Credential]
}

extension Keychain {
  package func storedCredentials(forHost host: String) -> [Credential] { [] }

  /// The whole registry.
  package func namespace(of repository: Repository) -> RegistryNamespace {
    RegistryNamespace(host: repository.registry.host)
  }
}
