import DockerConfig

extension SettingsError: Advised {
  var advice: String? {
    switch reason {
    case .credential: "Run docker login again"
    default: nil
    }
  }
}
