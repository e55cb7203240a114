/// An error for which the command line knows a way out: a flag, a command or a setting. Errors of the rooms below say what
/// happened; what to do about it is said here, where flags are known.
protocol Advised: Error {
  /// One or more lines; nil where there is nothing to suggest. Never repeats what `description` says.
  var advice: String? { get }
  /// Settings, credentials and certificates that might have helped, and that could not be used. They are not a part of the
  /// description, and are printed on lines of their own.
  var unusableSources: [any Error] { get }
  /// The command that shows where exactly the problem is; nil where that is known.
  var diagnosis: String? { get }
}

extension Advised {
  var unusableSources: [any Error] { [] }
  var diagnosis: String? { nil }
}
