import ArgumentParser
import CompletionScripts

struct CompletionScript: Verb {
  static let name = "completion"
  static let abstract = "Print the completion script for a shell"
  static let discussion = """
    docker's own completion scripts (docker completion bash) already complete docker manifestx. This script adds
    completion for docker-manifestx (run directly) and for the shell helpers.

    Examples:

      Bash:  source <(docker manifestx completion bash)
      Zsh:   docker manifestx completion zsh > "${fpath[1]}/_docker-manifestx"
      Fish:  docker manifestx completion fish > ~/.config/fish/completions/docker-manifestx.fish
    """
  static let arguments = [ArgumentDeclaration(.choice(["bash", "zsh", "fish"]))]

  @OptionGroup var common: CommonOptions
  @Argument(help: ArgumentHelp(visibility: .hidden)) var words: [String] = []

  func run(_ session: Session) async throws {
    let scripts = ["bash": CompletionScripts.bash, "zsh": CompletionScripts.zsh, "fish": CompletionScripts.fish]
    try session.console.result(scripts[words[0]] ?? [])
  }
}
