import Glibc
import LocalSystem
import PluginMetadata

@main
struct Main {
  static func main() async {
    let arguments = ProgramArguments.all
    var console = Console(Terminal())
    // Writing to a closed pipe is then an error, and the program ends with a message.
    signal(SIGPIPE, SIG_IGN)
    // Where the caller ignores it, the system forgets how the programs that are started here have ended.
    signal(SIGCHLD, SIG_DFL)
    // docker asks every plugin for this at each `docker help` and each TAB: nothing slower may come before.
    if arguments == ["docker-cli-plugin-metadata"] { exit(printing: PluginMetadata.json, console) }
    occupyClosedStreams()
    Heap.shareAmongThreads()
    // After each docker push, while the user waits: ArgumentParser alone would take longer than the answer.
    if let answer = HookAnswer.answer(arguments, caller: callerCommandLine) { exit(printing: answer, console) }
    let environment = Environment.ofThisProcess
    console.isUTF8 = environment.isUTF8
    do {
      try RuntimeRequirements.check()
      try ProgramText.check(variables: textVariables)
    } catch {
      // The user is in the middle of typing.
      if arguments.first?.hasPrefix("__complete") == true {
        exit(printing: Array(CompletionAnswer.nothing.text(withDescriptions: false).utf8), console)
      }
      console.error(error)
      exit(ExitStatus(of: error).rawValue)
    }
    let tool = CommandLineTool(
      arguments: arguments,
      environment: environment,
      console: console
    )
    let status = await tool.run()
    Interruption.waitIfBegun()
    exit(status)
  }

  /// The environment variables whose value is used as it is: the names of files, and settings.
  private static let textVariables =
    [
      "HOME", "DOCKER_CONFIG", "DOCKER_AUTH_CONFIG", "XDG_CONFIG_HOME", "MANIFESTX_ROOT", "MANIFESTX_ENGINE",
      "SSL_CERT_FILE", "SSL_CERT_DIR",
    ] + ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap { [$0, $0.lowercased()] }

  /// Where the caller closed one of the three standard streams, a connection to a registry would get its number, and the
  /// program's output would go there. With this, writing fails instead.
  private static func occupyClosedStreams() {
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
  }

  private static func exit(printing answer: [UInt8], _ console: Console) -> Never {
    do { try console.result(answer) } catch {
      console.error(error)
      exit(1)
    }
    exit(0)
  }

  /// Without the clean-up of libraries at the end of a process: libcurl's thread may still be running.
  private static func exit(_ status: Int32) -> Never { _exit(status) }
}
