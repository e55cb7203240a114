import LocalSystem

extension TooFewOpenFiles: Advised {
  var advice: String? { "Raise the limit with: ulimit -n 1024" }
}

extension TooFewThreads: Advised {
  var advice: String? { "Raise the limit with: ulimit -u 4096, or for a container: docker run --pids-limit" }
}

extension TooLittleMemory: Advised {
  var advice: String? { "Raise the limit with: ulimit -v unlimited" }
}

extension MissingProc: Advised {
  var advice: String? { "Mount it with: mount -t proc proc /proc" }
}
