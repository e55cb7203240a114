import JSON
import OCI

/// What docker is to print after a command of its own.
///
/// docker calls `docker-manifestx manifestx docker-cli-plugin-hooks JSON`:
/// https://github.com/docker/cli/blob/master/cli-plugins/manager/hooks.go
struct HookAnswer {
  /// Nil if this is not what is asked for.
  ///
  /// - Parameter caller: docker's own command line: the request does not hold the arguments.
  static func answer(_ arguments: [String], caller: () -> [String]) -> [UInt8]? {
    guard arguments.count == 3, arguments.starts(with: ["manifestx", "docker-cli-plugin-hooks"]) else { return nil }
    let step = nextStep(request: arguments[2], caller: caller) ?? ""
    return JSONValue.object(["Type": 0, "Template": .string(step)]).encoded() + [UInt8(ascii: "\n")]
  }

  /// Nil where there is nothing to say.
  private static func nextStep(request: String, caller: () -> [String]) -> String? {
    guard let value = try? JSONValue(decoding: Array(request.utf8)),
      let command = try? JSONNode(value).required("RootCmd").string(),
      // A push that failed has another next step.
      ((try? JSONNode(value).optional("CommandError")?.string()) ?? "").isEmpty,
      let name = PushedName(commandLine: caller(), command: command).name,
      let image = try? Reference(parsing: name), image.digest == nil, let tag = image.tag,
      InferredPlatform(reading: tag) != nil
    else { return nil }
    let list = Reference(image.repository, tag: tag.withoutPlatform ?? .latest)
    // The grammar of references has no character that means anything to docker's templates.
    return """
      Give the images of all architectures one name, once each is pushed:
        docker manifestx publish \(list) \(tag) [IMAGE...]
      """
  }
}

/// The image that a `docker push` was for.
struct PushedName {
  /// Nil where the command line is not a push of one image.
  private(set) var name: String?

  /// - Parameter command: `push` or `image push`.
  init(commandLine: [String], command: String) {
    guard let invocation = try? PluginInvocation(Array(commandLine.dropFirst())) else { return }
    let words = command.split(separator: " ").map(String.init)
    guard words.last == "push", invocation.arguments.starts(with: words) else { return }
    var rest = invocation.arguments.dropFirst(words.count)
    while let word = rest.popFirst(), name == nil {
      switch word {
      case "-a", "--all-tags", "--all-tags=true": return
      case "--platform": rest = rest.dropFirst()
      case "--": name = rest.first
      case _ where word.hasPrefix("-"): continue
      default: name = word
      }
    }
  }
}
