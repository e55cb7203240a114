import Glibc
import OCI
import Subprocess

/// A program that has images on this machine: docker, podman or nerdctl, or another one with the same commands.
struct ContainerEngine: Sendable {
  /// As it is called.
  let program: String
  /// Which one it really is.
  let kind: Kind
  let settings: EngineSettings
  /// The images that are known to be lists: they are pushed with everything that they contain.
  var lists: Set<Reference> = []

  /// Engines differ in how an insecure registry is allowed.
  enum Kind: Sendable {
    case docker, podman, nerdctl
  }

  /// - Returns: Nil if the program is not installed.
  /// - Throws: `EngineStartError`.
  static func find(_ program: String, _ settings: EngineSettings) async throws(EngineStartError) -> ContainerEngine? {
    let version = EngineProcess(program: program, arguments: ["--version"], streams: .output)
    do {
      let lines = try await version.collect(timeout: settings.timeout).lines
      return ContainerEngine(program: program, kind: Kind(version: lines.joined(), program), settings: settings)
    } catch .missing { return nil }
  }

  /// What the engine has under a name.
  enum LocalImage: Sendable {
    case image
    /// Made with `podman manifest create` or `podman build --manifest`.
    case list
    /// With what the engine says about it.
    case missing(String)
  }

  /// - Throws: `EngineStartError`.
  func find(_ image: Reference) async throws(EngineStartError) -> LocalImage {
    // podman takes the image for this machine out of a list, for questions as for a push.
    if kind == .podman, try await collect(["manifest", "exists", image.wholeName], .errors).status.isSuccess {
      return .list
    }
    let (status, lines) = try await collect(["image", "inspect", image.wholeName], .errors)
    return status.isSuccess ? .image : .missing(lines.last ?? status.words)
  }

  /// The names of all images; none if the engine does not say.
  func images() async -> [Reference] {
    let answer = try? await collect(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"], .output)
    guard let answer, answer.status.isSuccess else { return [] }
    // Images without a name are <none>:<none> here.
    return answer.lines.compactMap { try? Reference(parsing: $0) }
  }

  /// - Parameters:
  ///   - isInsecure: Plain HTTP and any certificate are allowed. docker has no option for this: its engine reads its own
  ///     settings.
  ///   - onLine: Called for each line of the engine's output, from another thread.
  func push(
    _ image: Reference,
    isInsecure: Bool,
    _ onLine: @escaping @Sendable (String) -> Void
  ) async throws(EngineError) -> TerminationStatus {
    do { return try await process(words(pushing: image, isInsecure)).run(onLine) } catch {
      throw .unusable(program, error)
    }
  }

  /// The command of `push`, for a shell: it does the same there.
  func command(pushing image: Reference, isInsecure: Bool) -> String {
    let variables = directory.map { name, value in
      value.map { ["\(name)=\(ShellWord($0))"] } ?? ["env", "-u", name]
    }
    let words = [program] + options + words(pushing: image, isInsecure)
    return (variables.flatMap(\.self) + words.map { "\(ShellWord($0))" }).joined(separator: " ")
  }

  private func words(pushing image: Reference, _ isInsecure: Bool) -> [String] {
    let name = image.wholeName
    switch kind {
    case .docker: return ["push", name]
    case .nerdctl: return (isInsecure ? ["--insecure-registry"] : []) + ["push", name]
    case .podman:
      let tls = isInsecure ? ["--tls-verify=false"] : []
      return lists.contains(image)
        ? ["manifest", "push", "--all"] + tls + [name, "docker://\(name)"] : ["push"] + tls + [name]
    }
  }

  /// How the program's variables differ from those of this one.
  var variables: [String: String?] {
    // docker would run the hooks of its plugins after a push: they suggest what this program does anyway.
    directory.merging(["DOCKER_CLI_HOOKS": "false"]) { first, _ in first }
  }

  /// DOCKER_CONFIG, if it differs; nil where the program does not get it. podman and nerdctl, too, read it.
  private var directory: [String: String?] {
    let (chosen, inherited) = (settings.configDirectory, settings.inheritedDirectory)
    // For docker and this program, a missing file is an empty one. podman fails then, unless the variable is not set.
    if kind == .podman, let directory = chosen ?? inherited, access("\(directory)/config.json", F_OK) != 0 {
      return inherited == nil ? [:] : ["DOCKER_CONFIG": nil]
    }
    return chosen.map { ["DOCKER_CONFIG": $0] } ?? [:]
  }

  private var options: [String] { kind == .docker ? settings.dockerOptions : [] }

  private func collect(
    _ words: [String],
    _ streams: EngineProcess.Streams
  ) async throws(EngineStartError) -> (status: TerminationStatus, lines: [String]) {
    try await process(words, streams).collect(timeout: settings.timeout)
  }

  private func process(_ words: [String], _ streams: EngineProcess.Streams = .both) -> EngineProcess {
    EngineProcess(
      program: program,
      arguments: options + words,
      variables: variables,
      streams: streams
    )
  }
}

extension ContainerEngine.Kind {
  /// The package podman-docker installs podman as docker, and users link it as docker.
  ///
  /// - Parameters:
  ///   - version: What the program prints about itself.
  ///   - program: Its name counts if it prints nothing.
  init(version: String, _ program: String) {
    let name = program.split(separator: "/").last.map(String.init) ?? ""
    let text = version.isEmpty ? name : version.lowercased()
    // podman writes the name that it was started by. docker writes "Docker version 28.2.2".
    let isPodman = text.contains("podman") || name == "docker" && version.hasPrefix("docker version ")
    self = text.contains("nerdctl") ? .nerdctl : isPodman ? .podman : .docker
  }
}

extension Reference {
  /// With the parts that docker adds: other engines may read a short name in another way.
  var wholeName: String { "\(repository.registry.host)/\(repository.path)\(name)" }
}

extension TerminationStatus {
  /// As in messages.
  var words: String {
    switch self {
    case .exited(let code): "exit status \(code)"
    case .signaled(let number): "ended by signal \(number)"
    }
  }
}
