import DockerConfig

extension Console {
  func show(_ event: SettingsEvent) {
    switch event {
    case .waitingForHelper(let program): notice("waiting for the credential helper \(program)")
    case .unusable(let source, let replacement):
      warning("\(source); " + (replacement.map { "using \($0)" } ?? "continuing without it"))
    }
  }
}
