import ArgumentParser
import CompletionScripts

struct CompletionScript: Verb {
  static let name = "completion"
  static let usage = "bash|zsh|fish"
  static let abstract = "Print the completion script for a shell"
  static let discussion = """
    docker's own completion scripts (docker completion bash) complete docker manifestx by themselves. This one is for
    docker-manifestx without docker, and for the shell helpers.

      Bash:  source <(docker manifestx completion bash)
      Zsh:   docker manifestx completion zsh > "${fpath[1]}/_docker-manifestx"
      Fish:  docker manifestx completion fish > ~/.config/fish/completions/docker-manifestx.fish
    """

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  func checkUsage() throws {
    if words.count != 1 { throw UsageError.arguments("requires 1 argument") }
    if script == nil {
      throw UsageError.arguments("knows bash, zsh and fish, and no shell named \u{201C}\(words[0])\u{201D}")
    }
  }

  func run(_ session: Session) async throws { try session.console.result(script ?? []) }

  private var script: [UInt8]? {
    switch words[0] {
    case "bash": CompletionScripts.bash
    case "zsh": CompletionScripts.zsh
    case "fish": CompletionScripts.fish
    default: nil
    }
  }
}
