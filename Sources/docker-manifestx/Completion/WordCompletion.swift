import OCI
import OCILayout

/// How one word may go on, by the kind of argument that it is.
struct WordCompletion {
  let line: CommandLineSoFar
  let grammar: CommandGrammar
  let known: KnownReferences
  /// Every command of the program.
  let verbs: [any VerbDeclaration.Type]

  func answer(_ kind: ArgumentKind, _ partial: String) async -> CompletionAnswer {
    switch kind {
    case .command: commands(partial)
    case .directory: .directories
    case .file: .files
    case .duration, .seconds, .other: .nothing
    case .choice(let words), .format(let words): CompletionAnswer(words: words).beginning(with: partial)
    case .architecture: CompletionAnswer(words: Self.architectures).beginning(with: partial)
    case .platform: CompletionAnswer(words: Self.platforms).beginning(with: partial)
    case .platforms: platforms(partial)
    case .imagePlatform: imagePlatform(partial)
    case .list, .name, .image: await reference(kind, partial)
    case .entry: entries(partial)
    case .tag where partial.contains("/"): await known.names(partial).beginning(with: partial)
    case .tag: await known.tags(ofList: list, images: images).beginning(with: partial)
    }
  }

  private func reference(_ kind: ArgumentKind, _ partial: String) async -> CompletionAnswer {
    if let path = LayoutPath(partial) { return path.answer }
    // An archive can be named by its path alone. Nothing is published to it so.
    if LayoutReference.isPath(partial) { return kind == .list || partial.contains(".tar:") ? .nothing : .files }
    return switch kind {
    case .list: await known.names(partial, isNew: grammar.makesLists).beginning(with: partial)
    case .image: await known.images(partial, list: list, taken: images).beginning(with: partial)
    default: await known.names(partial).beginning(with: partial)
    }
  }

  private func commands(_ partial: String) -> CompletionAnswer {
    var answer = CompletionAnswer(
      candidates: verbs.filter { !$0.isHidden }.map { .init(value: $0.name, description: $0.abstract) }
    )
    // Everyone knows it: it is completed, but not listed.
    if !partial.isEmpty { answer.candidates.append(.init(value: "help", description: "Help about any command")) }
    return answer.beginning(with: partial)
  }

  /// The platform of an image in the list, unless it is on the command line already.
  private func entries(_ partial: String) -> CompletionAnswer {
    let taken = positionals(of: .entry)
    return CompletionAnswer(words: Self.platforms.filter { !taken.contains($0) }).beginning(with: partial)
  }

  private var list: String? { positionals(of: .list).first }
  private var images: [String] { positionals(of: .image) }

  private func positionals(of kind: ArgumentKind) -> [String] {
    line.positionals.enumerated().filter { grammar.arguments.kind(at: $0.offset) == kind }.map(\.element)
  }

  /// `IMAGE=OS/ARCH`: first one of the images that are on the command line, then a platform.
  private func imagePlatform(_ partial: String) -> CompletionAnswer {
    if let sign = partial.lastIndex(of: "=") {
      let image = partial[...sign]
      if image.contains("-"), Self.isCalledByDockersScript { return .nothing }
      return CompletionAnswer(words: Self.platforms.map { image + $0 }).beginning(with: partial)
    }
    var answer = CompletionAnswer(words: images.map { "\($0)=" }, description: "image of this list")
    answer.directive.insert(.noSpace)
    return answer.beginning(with: partial)
  }

  /// docker's scripts for zsh and fish take everything from a dash to an equals sign for an option, wherever it is in the
  /// word, and put it before each answer.
  private static var isCalledByDockersScript: Bool {
    callerCommandLine().contains { $0.hasPrefix("__complete") } && ["zsh", "fish"].contains(callerOfCaller())
  }

  /// After a comma, one that is not there yet.
  private func platforms(_ partial: String) -> CompletionAnswer {
    let before = partial.lastIndex(of: ",").map { partial[...$0] } ?? ""
    let others = Self.platforms.filter { !before.split(separator: ",").contains($0[...]) }
    return CompletionAnswer(words: others.map { before + $0 }).beginning(with: partial)
  }

  private static let architectures = [
    "amd64", "arm64", "arm", "386", "ppc64le", "s390x", "riscv64", "loong64", "mips64le",
  ]

  private static let platforms = [
    "linux/amd64", "linux/arm64", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5", "linux/386", "linux/ppc64le",
    "linux/s390x", "linux/riscv64", "linux/loong64", "linux/mips64le", "windows/amd64", "windows/arm64",
  ]
}
