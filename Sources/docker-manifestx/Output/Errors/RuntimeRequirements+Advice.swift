import LocalSystem

extension TooFewOpenFiles: Advised {
  var advice: String? { "Raise the limit with: ulimit -n 1024" }
}

extension TooFewThreads: Advised {
  var advice: String? { "Raise the limit with: ulimit -u 4096, or for a container: docker run --pids-limit" }
}

extension TooLittleMemory: Advised {
  var advice: String? { "Raise the limits with: ulimit -v unlimited; ulimit -d unlimited" }
}

extension NotUTF8: Advised {
  var advice: String? {
    switch self {
    case .argument: "For a file with such a name: make a symbolic link with another name"
    case .variable: "Set it to text in UTF-8; for a file with another name, make a symbolic link"
    }
  }
}

extension MissingProc: Advised {
  var advice: String? { "Mount it with: mount -t proc proc /proc" }
}
