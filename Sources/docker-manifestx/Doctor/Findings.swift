import DockerConfig
import HTTP
import OCIRegistry
import Synchronization

/// What earlier checks have found, for later ones.
final class Findings: Sendable {
  private struct State {
    var proxy: Proxy?
    var plainProxy: Proxy?
    var addresses: [String] = []
    var answer: APIAnswer?
    var responses: [HTTPResponse] = []
    var unusable: [UnusableCertificates] = []
    var unusableSources: [UnusableSource] = []
  }

  private let state = Mutex(State())

  /// Through which the registry is spoken to; nil for none.
  var proxy: Proxy? {
    get { state.withLock { $0.proxy } }
    set { state.withLock { $0.proxy = newValue } }
  }

  /// Through which an insecure registry is spoken to in plain HTTP; nil for none.
  var plainProxy: Proxy? {
    get { state.withLock { $0.plainProxy } }
    set { state.withLock { $0.plainProxy = newValue } }
  }

  /// Of the registry, or of the proxy.
  var addresses: [String] {
    get { state.withLock { $0.addresses } }
    set { state.withLock { $0.addresses = newValue } }
  }

  /// That of the registry's API.
  var answer: APIAnswer? {
    get { state.withLock { $0.answer } }
    set { state.withLock { $0.answer = newValue } }
  }

  /// All responses of the registry, from the first one on.
  var responses: [HTTPResponse] { state.withLock { $0.responses } }

  func note(_ response: HTTPResponse) { state.withLock { $0.responses.append(response) } }

  /// Certificates that cannot be used.
  var unusable: [UnusableCertificates] { state.withLock { $0.unusable } }

  func note(_ certificates: UnusableCertificates) { state.withLock { $0.unusable.append(certificates) } }

  /// Places of credentials that cannot be used, also those for other registries.
  var unusableSources: [UnusableSource] { state.withLock { $0.unusableSources } }

  func note(_ event: SettingsEvent) {
    guard case .unusable(let source, _) = event else { return }
    state.withLock { $0.unusableSources.append(source) }
  }
}
