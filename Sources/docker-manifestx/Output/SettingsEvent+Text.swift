import DockerConfig

extension Console {
  func show(_ event: SettingsEvent) {
    switch event {
    case .waitingForHelper(let program): notice("waiting for the credential helper \(program)")
    case .missingHelper(let program, let setting, let source):
      warning("cannot find the credential helper \(program) in PATH, which \(setting) names; using \(source)")
    }
  }
}
