import CCurl
import HTTP

/// The certificates of this machine that requests are made with, without those that cannot be used. Used by the curl
/// thread only.
final class Certificates {
  private let authorities: Authorities
  private var unusableClients: [TLSSettings.ClientCertificate: UnusableCertificates] = [:]
  private var reported: Set<UnusableCertificates> = []
  private let onUnusable: (UnusableCertificates) -> Void

  /// - Parameter onUnusable: Called once for each file or directory that is left out.
  init(_ environment: SystemAuthorities, onUnusable: @escaping (UnusableCertificates) -> Void = { _ in }) {
    authorities = Authorities(environment)
    self.onUnusable = onUnusable
  }

  /// What one request is made with.
  struct Selection {
    /// Nil if the server is not verified.
    var trust: Authorities.Trust?
    var client: TLSSettings.ClientCertificate?
    /// Of both.
    var unusable: [UnusableCertificates] = []
  }

  func selection(_ tls: TLSSettings) -> Selection {
    var selection = Selection()
    if tls.verifiesServer { selection.trust = trust(tls.authorities) }
    selection.unusable = selection.trust?.allUnusable ?? []
    if let client = tls.client {
      if let problem = unusableClients[client] { selection.unusable.append(problem) } else { selection.client = client }
    }
    return selection
  }

  /// Which authorities a proxy is verified with: that a registry is insecure, or has an authority of its own, does not apply
  /// to it.
  func trustForProxy() -> Authorities.Trust { trust([]) }

  /// Leaves out what the TLS library could not load, and adds the system's file where its directory was not enough: somebody
  /// may have added an authority to the file alone.
  ///
  /// - Returns: False if that cannot help.
  func change(after result: CURLcode, _ detail: String, of used: Selection, forProxy: Authorities.Trust?) -> Bool {
    switch result {
    case CURLE_SSL_CACERT_BADFILE:
      if [used.trust, forProxy].allSatisfy({ $0?.isChecked ?? true }) { return false }
      authorities.checkEach()
      return true
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
      guard [used.trust, forProxy].contains(where: { $0?.leavesOutFile == true }) else { return false }
      authorities.readFileBesidesDirectory()
      return true
    case CURLE_SSL_CERTPROBLEM:
      guard let client = used.client else { return false }
      let problem = UnusableCertificates.client(client, reason: detail)
      unusableClients[client] = problem
      report(problem)
      return true
    default: return false
    }
  }

  private func trust(_ files: [String]) -> Authorities.Trust {
    let trust = authorities.trust(files)
    trust.unusable.forEach(report)
    return trust
  }

  private func report(_ problem: UnusableCertificates) {
    if reported.insert(problem).inserted { onUnusable(problem) }
  }
}
