import Glibc
import LocalSystem
import PluginMetadata

@main
struct Main {
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    // docker asks this of every plugin for each `docker help` and each TAB: nothing else may be touched before.
    if arguments == ["docker-cli-plugin-metadata"] { answerAndLeave(PluginMetadata.json) }
    occupyClosedStreams()
    // A reader who goes away early is an error of writing, not a reason to die without a word.
    signal(SIGPIPE, SIG_IGN)
    // After a docker push, and for each TAB: people wait, and ArgumentParser would take longer than the answer.
    if let answer = HookAnswer.answer(arguments, caller: callerCommandLine) { answerAndLeave(answer) }
    let environment = Environment.ofThisProcess
    if let answer = await Completion.answer(arguments, environment: environment) { answerAndLeave(Array(answer.utf8)) }
    leave(await CommandLineTool(arguments: arguments, environment: environment).run())
  }

  /// Where the caller closed one of the three streams, a connection to a registry would get its number, and what is
  /// printed would go there. Instead, writing fails.
  private static func occupyClosedStreams() {
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
  }

  private static func answerAndLeave(_ answer: [UInt8]) -> Never { leave(write(answer, to: STDOUT_FILENO) ? 0 : 1) }

  /// Without the clean-up that libraries do at the end of a process: libcurl's thread may still be at work.
  private static func leave(_ status: Int32) -> Never { _exit(status) }
}
