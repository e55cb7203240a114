import DockerConfig
import Synchronization

/// Knows one credential for every host, and for which hosts it was asked.
package final class FixedKeychain: Keychain {
  private let found: FoundCredential
  private let asked = Mutex<[String]>([])

  package init(_ credential: Credential) { found = FoundCredential(credential, source: "a test") }

  package var hosts: [String] { asked.withLock { $0 } }

  package func credential(forHost host: String) async throws -> FoundCredential {
    asked.withLock { $0.append(host) }
    return found
  }
}
