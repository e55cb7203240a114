import Glibc
import LocalSystem
import PluginMetadata

@main
struct Main {
  static func main() async {
    let arguments = ProgramArguments.all
    let console = Console(Terminal())
    // Writing to a closed pipe is then an error, and the program ends with a message.
    signal(SIGPIPE, SIG_IGN)
    // docker asks every plugin for this at each `docker help` and each TAB: nothing slower may come before.
    if arguments == ["docker-cli-plugin-metadata"] { exit(printing: PluginMetadata.json, console) }
    occupyClosedStreams()
    Heap.shareAmongThreads()
    // After each docker push, while the user waits: ArgumentParser alone would take longer than the answer.
    if let answer = HookAnswer.answer(arguments, caller: callerCommandLine) { exit(printing: answer, console) }
    do { try RuntimeRequirements.check() } catch {
      // The user is in the middle of typing.
      if arguments.first?.hasPrefix("__complete") == true {
        exit(printing: Array(CompletionAnswer.nothing.text(withDescriptions: false).utf8), console)
      }
      console.error(error)
      exit(1)
    }
    let tool = CommandLineTool(
      arguments: arguments,
      environment: Environment.ofThisProcess,
      console: console
    )
    let status = await tool.run()
    Interruption.waitIfBegun()
    exit(status)
  }

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
