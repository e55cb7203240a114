import OCI
import Subprocess

/// The images that docker has on this machine.
enum LocalImages {
  /// By the names that docker shows; none where no engine answers at once.
  static func names() async -> [String] {
    let listed = await within(limit) {
      try? await Subprocess.run(
        .name("docker"),
        arguments: ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"],
        output: .string(limit: 1 << 20),
        error: .discarded
      )
    }
    guard let listed, listed.terminationStatus.isSuccess else { return [] }
    // Images without a name are <none>:<none> here.
    return listed.standardOutput.split(separator: "\n").map(String.init).filter { (try? Reference(parsing: $0)) != nil }
  }

  private static let limit = Duration.milliseconds(200)
}
