import JSON

/// Why a credential helper gave no credential. What it wrote to its standard output is never shown, because passwords are
/// written there.
package struct CredentialHelperError: Error, Hashable {
  package enum Reason: Hashable, Sendable {
    /// The setting's value cannot be the end of a program's name.
    case badName
    /// The program is not installed.
    case missing
    /// It did not answer within this time, and was stopped.
    case tooSlow(Duration)
    /// `errors` is what it wrote to its standard error, without the password that it gave.
    case failed(String, errors: String)
    /// It wrote something else than the protocol says.
    case invalidAnswer(JSONError)
  }

  /// As the setting has it: the program is `docker-credential-NAME`.
  package let name: String
  /// The setting that names the helper: `credsStore in /home/me/.docker/config.json`.
  package let setting: String
  package let reason: Reason
}

extension CredentialHelperError: CustomStringConvertible {
  package var description: String {
    let program = "docker-credential-\(name)"
    switch reason {
    case .badName:
      return "the name of the credential helper in \(setting) is invalid: only letters, digits, . _ and - are allowed"
    case .missing: return "cannot find the credential helper \(program) in PATH (it is set by \(setting))"
    case .tooSlow(let limit):
      return
        "the credential helper \(program) (\(setting)) did not respond within \(limit.components.seconds) s and was stopped"
    case .failed(let how, let errors):
      let lines = errors.split(whereSeparator: \.isNewline).joined(separator: "; ")
      // docker's own helpers print the reason where a password would be. `list` prints none.
      return "the credential helper \(program) (\(setting)) failed: \(how)"
        + (lines.isEmpty ? " (to see why: \(program) list)" : ": \(lines)")
    case .invalidAnswer(let error):
      return "the credential helper \(program) (\(setting)) printed an invalid result: \(error)"
    }
  }
}
