import DockerConfig
import Synchronization

/// Returns the same credential for every host, and records the hosts.
package final class FixedKeychain: Keychain {
  private let found: FoundCredential
  private let requestedHosts = Mutex<[String]>([])

  package init(_ credential: Credential) { found = FoundCredential(credential, source: "a test") }

  package var hosts: [String] { requestedHosts.withLock { $0 } }

  package func credential(for namespace: RegistryNamespace) async throws -> FoundCredential {
    requestedHosts.withLock { $0.append("\(namespace)") }
    return found
  }
}
