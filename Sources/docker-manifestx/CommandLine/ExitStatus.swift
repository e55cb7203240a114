/// How the program ends, for scripts. The table in the manual page and in the overview of `--help` is made from it.
///
/// A program that a signal ends has 128 and the signal's number, as in shells.
enum ExitStatus: Int32, CaseIterable {
  case success = 0
  case failure = 1
  case notFound = 3
  case credentials = 4
  case unreachable = 5
  /// docker exits with it only if a flag is wrong, and with 1 for the other mistakes, as for a failure.
  case usage = 125
  /// As a shell has it for a program that does not exist.
  case noEngine = 127

  /// In the words of the documentation.
  var meaning: String {
    switch self {
    case .success: "Success."
    case .failure: "Any other failure; a message says why."
    case .notFound: "The registry or layout does not have the image, list or platform."
    case .credentials: "Credentials (registry or proxy) are missing, wrong or not sufficient."
    case .unreachable: "The registry cannot be reached, or refuses requests for now."
    case .usage: "A mistake in the command line. Nothing was done."
    case .noEngine: "The engine for publish --push is not installed."
    }
  }

  /// Of the signals.
  static let interrupted = (
    status: "128+N", meaning: "Interrupted by signal N, such as 130 for SIGINT (Ctrl-C)."
  )
}

/// An error that says how the program ends. Others end it with `ExitStatus.failure`.
protocol HasExitStatus: Error {
  var exitStatus: ExitStatus { get }
}

extension ExitStatus {
  /// - Parameter error: Where it consists of several, they must agree; if they do not, it is a failure.
  init(of error: any Error) {
    if let error = error as? any HasExitStatus {
      self = error.exitStatus
    } else {
      self.init(ofAll: (error as? any CompoundError)?.parts ?? [])
    }
  }

  init(ofAll errors: [any Error]) {
    let statuses = Set(errors.map(ExitStatus.init(of:)))
    self = statuses.count == 1 ? statuses.first ?? .failure : .failure
  }
}
