import Glibc
import OCI
import Subprocess
import Synchronization

/// The images that docker has on this machine.
enum LocalImages {
  /// By the names that docker shows; none where no engine answers at once. docker, and what it has started, has ended
  /// then: nobody would end it after this program.
  static func names() async -> [String] {
    // What can't be killed (a disk that does not answer) is not waited for.
    let listed = await within(limit * 2, list) ?? ""
    // Images without a name are <none>:<none> here.
    return listed.split(separator: "\n").map(String.init).filter { (try? Reference(parsing: $0)) != nil }
  }

  private static let limit = Duration.milliseconds(200)

  /// docker's process, and the name of a group of processes that it is the first of; 0 where it does not run.
  private static let running = Atomic<pid_t>(0)

  private static func list() async -> String? {
    // In a group of its own, it is not told of Ctrl-C.
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
