import DockerConfig

extension CredentialHelperError: Advised {
  var advice: String? {
    switch reason {
    case .missing: "Install it, or remove that setting and run docker login."
    default: nil
    }
  }
}
