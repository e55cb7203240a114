import DockerConfig
import Glibc
import LocalSystem

extension SettingsError: Advised {
  var advice: String? {
    switch reason {
    case .credential: "Run docker login again"
    case .unreadable(let error): advice(on: error)
    default: nil
    }
  }

  private func advice(on error: SystemError) -> String? {
    switch error.code {
    case EACCES, EPERM: "Make \(PrintableText.line(path)) readable for this user"
    case ENOTDIR where path.hasSuffix("/config.json"):
      "Set DOCKER_CONFIG, or --config, to the directory that contains config.json"
    default: nil
    }
  }
}
