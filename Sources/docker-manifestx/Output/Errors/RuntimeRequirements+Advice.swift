import LocalSystem

extension TooFewOpenFiles: Advised {
  var advice: String? { "Raise the limit with: ulimit -n 1024" }
}

extension MissingProc: Advised {
  var advice: String? { "Mount it with: mount -t proc proc /proc" }
}
