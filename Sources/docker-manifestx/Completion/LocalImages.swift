import Glibc
import OCI
import Subprocess
import Synchronization

/// The images that docker has on this machine.
enum LocalImages {
  /// Their names; none if the engine does not answer quickly. The docker process and its children have ended by then:
  /// after this program, nothing would end them.
  static func names() async -> [String] {
    // A process that cannot be killed (its disk does not answer) is not waited for.
    let listed = await within(limit * 2, list) ?? ""
    // Images without a name are <none>:<none> here.
    return listed.split(separator: "\n").map(String.init).filter { (try? Reference(parsing: $0)) != nil }
  }

  private static let limit = Duration.milliseconds(200)

  /// The docker process, which is also the number of its process group; 0 where it does not run.
  private static let running = Atomic<pid_t>(0)

  private static func list() async -> String? {
    // The terminal does not send Ctrl-C to another process group.
    Interruption.handle { number in
      let group = LocalImages.running.load(ordering: .acquiring)
      if group > 0 { kill(-group, SIGKILL) }
      _exit(128 + number)
    }
    let docker = Task { try await run() }
    let timer = Task {
      try await Task.sleep(for: limit)
      docker.cancel()
    }
    defer { timer.cancel() }
    return try? await docker.value
  }

  private static func run() async throws -> String? {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
    defer { running.store(0, ordering: .releasing) }
    let answer = try await Subprocess.run(
      .name("docker"),
      arguments: ["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"],
      platformOptions: options,
      input: .none,
      output: .string(limit: 1 << 20),
      error: .discarded
    ) { execution in running.store(execution.processIdentifier.value, ordering: .releasing) }
    return answer.terminationStatus.isSuccess ? answer.standardOutput : nil
  }
}
