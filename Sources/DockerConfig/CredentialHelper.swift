import Glibc
import JSON
import LocalSystem
import Subprocess
import SystemPackage

/// A program that stores passwords: `docker-credential-NAME`.
///
/// Protocol: https://github.com/docker/docker-credential-helpers#development
struct CredentialHelper: Sendable {
  let name: String
  /// The setting that names it, for messages.
  let setting: String
  /// Where the program is; nil: in PATH.
  var directory: String?
  var clock: any Clock<Duration> = ContinuousClock()

  /// In bytes; a Google access token takes about one KiB.
  private static let answerLimit = 1 << 20

  /// A helper may ask the user for a password. After `notice` it is reported that it is being waited for.
  private static let timeout = (notice: Duration.seconds(3), limit: Duration.seconds(30))

  private var program: String { "docker-credential-\(name)" }
  private var path: String? { directory.map { "\($0)/\(program)" } }

  /// - Parameters:
  ///   - helpers: Knows of the helper while it runs.
  ///   - onEvent: Called with `waitingForHelper` if the helper takes long.
  /// - Throws: `CredentialHelperError` unless the helper gave a credential or said that it has none;
  ///   `CancellationError` if helpers can no longer be started.
  func credential(
    for address: ServerAddress,
    _ helpers: RunningHelpers = RunningHelpers(),
    onEvent: @escaping @Sendable (SettingsEvent) -> Void = { _ in }
  ) async throws -> Credential {
    guard !name.isEmpty, name.utf8.allSatisfy(\.isHelperName) else { throw failure(.badName) }
    let answer = try await helpers.running { try await run(address.text, onEvent) }
    let output = String(decoding: answer.standardOutput, as: UTF8.self)
    guard case .exited(0) = answer.terminationStatus else {
      if output.contains("credentials not found in native keychain") { return .anonymous }
      let errors = Self.messages(String(decoding: answer.standardError, as: UTF8.self), without: output)
      throw failure(.failed("\(answer.terminationStatus)", errors: errors))
    }
    do {
      let node = try JSONNode(goDecoding: answer.standardOutput, as: .goFirstValue)
      let username = try node.required("Username").string()
      let secret = Secret(try node.required("Secret").string())
      // Some helpers have no other way to say that they have no credential. docker reads it the same way.
      if secret.revealed.isEmpty, ["", "<token>"].contains(username) { return .anonymous }
      return username == "<token>" ? .identityToken(secret) : .basic(username: username, password: secret)
    } catch { throw failure(.invalidAnswer(error)) }
  }

  /// A helper that wrote a password and failed afterwards may have repeated it. Its output need not be whole, so every text
  /// in it counts.
  private static func messages(_ errors: String, without output: String) -> String {
    guard output.lowercased().contains("\"secret\"") else { return errors }
    let value = try? JSONNode(goDecoding: Array(output.utf8), as: .goFirstValue).required("Secret").string()
    let marks = "\":{}, \n\r\t".unicodeScalars
    let texts = output.unicodeScalars.split { marks.contains($0) }.map { String($0) } + [value].compactMap(\.self)
    // Bytes: a combining character after a secret would hide it from a comparison of characters.
    let shown = texts.filter { $0.utf8.count > 3 && !["Username", "Secret"].contains($0) }
      .sorted { $0.utf8.count > $1.utf8.count }
      .reduce(Array(errors.utf8)) { $0.replacing(Array($1.utf8), with: Array("***".utf8)) }
    return String(decoding: shown, as: UTF8.self)
  }

  private func run(
    _ address: String,
    _ onEvent: @escaping @Sendable (SettingsEvent) -> Void
  ) async throws -> ExecutionResult<Task<Void, any Error>, BytesOutput, BytesOutput> {
    do {
      try ProcessRequirements.check()
      let answer = try await Subprocess.run(
        path.map { .path(FilePath($0)) } ?? .name(program),
        arguments: ["get"],
        input: .fileDescriptor(try Self.pipe(holding: address), closeAfterSpawningProcess: true),
        output: .bytes(limit: Self.answerLimit),
        error: .bytes(limit: Self.answerLimit)
      ) { execution in limitTime(of: execution.processIdentifier.value, onEvent) }
      let timer = answer.closureResult
      timer.cancel()
      // The timer ends without an error only after it has stopped the helper.
      if case .success = await timer.result { throw failure(.tooSlow(Self.timeout.limit)) }
      return answer
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw failure(isInstalled ? .failed("its interpreter or loader is missing", errors: "") : .missing)
    } catch let error as SubprocessError {
      throw failure(.failed("\(error)", errors: ""))
    } catch let error as TooFewOpenFiles {
      throw failure(.failed("\(error)", errors: ""))
    } catch let error as TooFewThreads {
      throw failure(.failed("\(error)", errors: ""))
    } catch let error as Errno {
      throw failure(.failed("\(SystemError(code: error.rawValue))", errors: ""))
    }
  }

  /// The system says the same of a program that is missing and of one whose interpreter is.
  private var isInstalled: Bool {
    path.map(ProgramSearch.isExecutable) ?? (ProgramSearch.path(of: program, .ofThisProcess) != nil)
  }

  /// The text is written before the helper starts; it is short enough for the pipe's buffer. If Subprocess wrote it, a
  /// helper that ends without reading its input would end this process as well.
  private static func pipe(holding text: String) throws -> FileDescriptor {
    let (reading, writing) = try FileDescriptor.pipe()
    do { try writing.closeAfter { _ = try writing.writeAll(text.utf8) } } catch {
      try? reading.close()
      throw error
    }
    return reading
  }

  /// Stops the helper and its descendants at the time limit.
  private func limitTime(
    of process: pid_t,
    _ onEvent: @escaping @Sendable (SettingsEvent) -> Void
  ) -> Task<Void, any Error> {
    Task {
      try await clock.sleep(for: Self.timeout.notice)
      onEvent(.waitingForHelper(program: program))
      try await clock.sleep(for: Self.timeout.limit - Self.timeout.notice)
      ProcessTree(root: process).killDescendants()
      kill(process, SIGKILL)
    }
  }

  private func failure(_ reason: CredentialHelperError.Reason) -> CredentialHelperError {
    CredentialHelperError(name: name, setting: setting, reason: reason)
  }
}

extension UInt8 {
  fileprivate var isHelperName: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
