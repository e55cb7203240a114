import Glibc
import JSON
import Subprocess
import SystemPackage

/// A program that keeps passwords: `docker-credential-NAME`.
///
/// Protocol: https://github.com/docker/docker-credential-helpers#development
struct CredentialHelper: Sendable {
  let name: String
  /// Where it is configured, in words.
  let origin: String

  /// In bytes; a Google access token takes about one KiB.
  private static let answerLimit = 1 << 20

  /// A helper may have to ask a person. After the first of these it is said what is being waited for.
  private static let timeout = (quiet: Duration.seconds(3), whole: Duration.seconds(30))

  /// - Parameters:
  ///   - helpers: Knows of the helper while it runs.
  ///   - note: Told that the helper takes its time, in words.
  /// - Throws: `CredentialHelperError` unless the helper gave a credential or said that it has none;
  ///   `CancellationError` where no helper may be started any more.
  func credential(
    for address: RegistryAddress,
    _ helpers: RunningHelpers = RunningHelpers(),
    note: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> Credential {
    guard !name.isEmpty, name.utf8.allSatisfy(\.isHelperName) else { throw failure(.badName) }
    let answer = try await helpers.running { try await ask(address.key, note) }
    let output = String(decoding: answer.standardOutput, as: UTF8.self)
    guard case .exited(0) = answer.terminationStatus else {
      if output.contains("credentials not found in native keychain") { return .anonymous }
      throw failure(
        .failed("\(answer.terminationStatus)", errors: String(decoding: answer.standardError, as: UTF8.self))
      )
    }
    do {
      let node = JSONNode(try JSONValue(decoding: answer.standardOutput))
      let username = try node.required("Username").string()
      let secret = Secret(try node.required("Secret").string())
      // Some helpers have no other way to say that they know nothing; docker takes it so, too.
      if secret.revealed.isEmpty, ["", "<token>"].contains(username) { return .anonymous }
      return username == "<token>" ? .identityToken(secret) : .basic(username: username, password: secret)
    } catch { throw failure(.nonsense(error)) }
  }

  private func ask(
    _ address: String,
    _ note: @escaping @Sendable (String) -> Void
  ) async throws -> ExecutionResult<Task<Void, any Error>, BytesOutput, BytesOutput> {
    do {
      let answer = try await Subprocess.run(
        .name("docker-credential-\(name)"),
        arguments: ["get"],
        input: .fileDescriptor(try Self.pipe(holding: address), closeAfterSpawningProcess: true),
        output: .bytes(limit: Self.answerLimit),
        error: .bytes(limit: Self.answerLimit)
      ) { execution in watch(execution.processIdentifier.value, note) }
      let timer = answer.closureResult
      timer.cancel()
      // The timer ends without an error only after it has ended the helper.
      if case .success = await timer.result { throw failure(.tooSlow(Self.timeout.whole)) }
      return answer
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw failure(.missing)
    } catch let error as SubprocessError {
      throw failure(.failed("\(error)", errors: ""))
    } catch let error as Errno {
      throw failure(.failed("\(error)", errors: ""))
    }
  }

  /// Written before the helper is there, which it is short enough for: Subprocess itself ends this process when a helper
  /// goes away without having read its input.
  private static func pipe(holding text: String) throws -> FileDescriptor {
    let (reading, writing) = try FileDescriptor.pipe()
    do { try writing.closeAfter { _ = try writing.writeAll(text.utf8) } } catch {
      try? reading.close()
      throw error
    }
    return reading
  }

  /// Ends the helper, and what it has started, when its time is over.
  private func watch(_ process: pid_t, _ note: @escaping @Sendable (String) -> Void) -> Task<Void, any Error> {
    Task {
      try await Task.sleep(for: Self.timeout.quiet)
      note("waiting for the credential helper docker-credential-\(name)")
      try await Task.sleep(for: Self.timeout.whole - Self.timeout.quiet)
      ProcessTree(root: process).killDescendants()
      kill(process, SIGKILL)
    }
  }

  private func failure(_ reason: CredentialHelperError.Reason) -> CredentialHelperError {
    CredentialHelperError(name: name, origin: origin, reason: reason)
  }
}

/// Why a credential helper gave no credential. What it wrote to its standard output is never shown: that is where
/// passwords come from.
package struct CredentialHelperError: Error, Hashable {
  package enum Reason: Hashable, Sendable {
    case badName
    case missing
    case tooSlow(Duration)
    case failed(String, errors: String)
    case nonsense(JSONError)
  }

  package let name: String
  package let origin: String
  package let reason: Reason
}

extension CredentialHelperError: CustomStringConvertible {
  /// Which program there is not, and why it was looked for.
  var whatIsMissing: String {
    "cannot find the credential helper docker-credential-\(name) in PATH, which \(origin) names"
  }

  package var description: String {
    let program = "docker-credential-\(name)"
    switch reason {
    case .badName:
      return "\(origin) names a credential helper that can't be one: only letters, digits, . _ and - are allowed"
    case .missing: return whatIsMissing
    case .tooSlow(let limit):
      return
        "the credential helper \(program) (\(origin)) gave no answer in \(limit.components.seconds) s and was ended"
    case .failed(let how, let errors):
      let words = errors.trimmingLines
      return "the credential helper \(program) (\(origin)) failed: \(how)" + (words.isEmpty ? "" : ": \(words)")
    case .nonsense(let error):
      return "the credential helper \(program) (\(origin)) gave an answer that is not what a helper answers: \(error)"
    }
  }
}

extension String {
  fileprivate var trimmingLines: String {
    split(whereSeparator: \.isNewline).joined(separator: "; ")
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
