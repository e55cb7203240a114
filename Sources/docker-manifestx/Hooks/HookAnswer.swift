import JSON
import OCI

/// What docker prints after one of its own commands.
///
/// docker calls `docker-manifestx manifestx docker-cli-plugin-hooks JSON`:
/// https://github.com/docker/cli/blob/master/cli-plugins/manager/hooks.go
enum HookAnswer {
  /// Nil if this is not such a call. Empty where there is nothing to suggest: docker 26.0 prints its title `What's next:`
  /// even above an empty template, and every version ignores a plugin that prints nothing.
  ///
  /// - Parameter caller: docker's own command line. The JSON does not contain the arguments.
  static func answer(_ arguments: [String], caller: () -> [String]) -> [UInt8]? {
    guard arguments.count == 3, arguments.starts(with: ["manifestx", "docker-cli-plugin-hooks"]) else { return nil }
    guard let step = nextStep(request: arguments[2], caller: caller) else { return [] }
    return JSONValue.object(["Type": 0, "Template": .string(step)]).encoded() + [UInt8(ascii: "\n")]
  }

  /// Nil where there is nothing to suggest.
  private static func nextStep(request: String, caller: () -> [String]) -> String? {
    guard let value = try? JSONValue(decoding: Array(request.utf8)),
      let command = try? JSONNode(value).required("RootCmd").string(),
      // A push that failed has another next step.
      ((try? JSONNode(value).optional("CommandError")?.string()) ?? "").isEmpty,
      let name = PushedName(commandLine: caller(), command: command).name,
      let image = try? Reference(parsing: name), image.digest == nil, let tag = image.tag,
      InferredPlatform(reading: tag) != nil
    else { return nil }
    let listTag = tag.withoutPlatform()
    let list = Reference(image.repository, tag: listTag ?? .latest)
    // No character of these has a meaning in docker's templates.
    return """
      After you push the images for all architectures, publish them under one name:
        docker manifestx publish \(list) \(listTag.flatMap { pattern(for: tag, of: $0) } ?? "\(tag) IMAGE...")
      """
  }

  /// A pattern for all images of the list, quoted for a shell: `'v1-*'` for v1-arm64, of which the list is v1. Nil if there is
  /// no such pattern.
  private static func pattern(for image: Tag, of list: Tag) -> String? {
    let (whole, rest) = (Array(image.text), Array(list.text))
    let start = zip(whole, rest).prefix { $0 == $1 }.count
    let end = rest.count - start
    guard start + end < whole.count, whole.suffix(end) == rest.suffix(end) else { return nil }
    let words = whole[start..<whole.count - end]
    let isSeparator = { (character: Character?) in character.map { "-_.".contains($0) } ?? false }
    let first = isSeparator(words.first) ? words.prefix(1) : []
    let last = isSeparator(words.last) ? words.suffix(1) : []
    return "'" + String(whole[..<start] + first) + "*" + String(last + whole.suffix(end)) + "'"
  }
}
