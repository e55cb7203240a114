import LocalSystem
import Subprocess
import SystemPackage

/// One run of an engine's command, such as `podman push IMAGE`.
struct EngineProcess: Sendable {
  /// A name that is searched in PATH, or a path.
  let program: String
  let arguments: [String]
  /// Variables that it gets besides those of this program; nil for those that it does not get.
  var variables: [String: String?] = [:]
  var streams = Streams.both

  /// What of its output is read.
  enum Streams: Sendable {
    case output, errors, both
  }

  /// - Parameter onLine: Called for each line of its output, from another thread.
  /// - Returns: How it has ended. All of its output has been read by then, but not what a process writes later that it has
  ///   left behind.
  /// - Throws: `EngineStartError`.
  func run(_ onLine: @escaping @Sendable (String) -> Void) async throws(EngineStartError) -> TerminationStatus {
    do {
      try ProcessRequirements.check()
      let pipe = try EnginePipe(onLine)
      let status: Result<TerminationStatus, any Error>
      do { status = .success(try await spawn(pipe)) } catch { status = .failure(error) }
      await pipe.end()
      return try status.get()
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw .missing
    } catch {
      throw .other("\(error)")
    }
  }

  private func spawn(_ pipe: EnginePipe) async throws -> TerminationStatus {
    var options = PlatformOptions()
    // The terminal does not send Ctrl-C to another process group. This program ends the engine then, and says what was
    // published.
    options.processGroupID = 0
    let null = try FileDescriptor.open("/dev/null", .writeOnly)
    defer { try? null.close() }
    return try await Subprocess.run(
      program.contains("/") ? .path(FilePath(program)) : .name(program),
      arguments: Arguments(arguments),
      environment: .inherit.updating(
        Dictionary(uniqueKeysWithValues: variables.map { (.init(stringLiteral: $0.key), $0.value) })
      ),
      platformOptions: options,
      input: .none,
      output: .fileDescriptor(streams == .errors ? null : pipe.writeEnd, closeAfterSpawningProcess: false),
      error: .fileDescriptor(streams == .output ? null : pipe.writeEnd, closeAfterSpawningProcess: false)
    ).terminationStatus
  }
}

/// The engine cannot be run, or does not answer.
enum EngineStartError: Error, Hashable {
  /// There is no such program.
  case missing
  /// It has not ended in time.
  case late(command: String, Duration)
  case other(String)
}

extension EngineStartError {
  /// - Parameter program: As messages name it.
  func text(_ program: String) -> String {
    switch self {
    case .missing: "\(program) cannot be run: the program is missing"
    case .late(let command, let limit): "\(command) took longer than \(limit.components.seconds) s"
    case .other(let reason): "\(program) cannot be run: \(reason)"
    }
  }
}
