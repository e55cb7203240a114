import OCI
import OCIRegistry

/// An engine could not push an image.
struct PushError: Error {
  let image: Reference
  let engine: ContainerEngine
  /// Whether the engine was told to allow plain HTTP and any certificate.
  let isInsecure: Bool
  /// How the engine's program has ended.
  let status: String
  /// The last lines that it printed.
  let output: [String]
}

extension PushError: CustomStringConvertible {
  var description: String { "\(image) was not pushed: \(engine.program) push: \(status)" }
}

extension PushError: Advised {
  var advice: String? { (output.map { PrintableText.line($0) } + [hint]).joined(separator: "\n") }

  private var hint: String {
    let host = image.repository.registry.host
    if isAboutCredentials {
      let login = "login" + (host == DockerHub.host ? "" : " \(host)")
      // What publishes the list reads docker's credentials, whatever the engine.
      let other = engine.kind == .podman ? "\npodman uses its own credentials first: podman \(login)" : ""
      return "To log in: docker \(login)\(other)"
    }
    if says("http response to https client", "x509:") {
      let setting = "add \u{201C}\(host)\u{201D} to insecure-registries in /etc/docker/daemon.json"
      return engine.kind == .docker
        ? "To allow plain HTTP and any certificate: \(setting), and restart docker's engine"
        : "To allow plain HTTP and any certificate: \(setting), or pass --insecure"
    }
    return "To try it alone: \(engine.command(pushing: image, isInsecure: isInsecure))"
  }
}

extension PushError: HasExitStatus {
  var exitStatus: ExitStatus { isAboutCredentials ? .credentials : .failure }

  fileprivate var isAboutCredentials: Bool {
    says("unauthorized", "authentication required", "no basic auth credentials", "invalid username")
      || output.contains { Self.isDenied($0.lowercased()) }
  }

  /// True if the registry denies access. Files deny it in other words, and a registry denies more than its quota allows.
  private static func isDenied(_ line: String) -> Bool {
    !RegistryError.Detail.tellsOfQuota(line) && line.replacing("permission denied", with: "").contains("denied")
  }

  fileprivate func says(_ words: String...) -> Bool {
    let text = output.joined(separator: "\n").lowercased()
    return words.contains(where: text.contains)
  }
}

/// One or more images could not be pushed.
struct PushErrors: CompoundError {
  let errors: [PushError]
  var parts: [any Error]? { errors }
  var summary: String? { "Nothing was published." }
}
