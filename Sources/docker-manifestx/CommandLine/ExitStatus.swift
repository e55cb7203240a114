/// An error with an exit status of its own; others have 1.
protocol ExitStatus: Error {
  var exitStatus: Int32 { get }
}
