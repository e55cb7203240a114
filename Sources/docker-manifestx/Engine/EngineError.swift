import ManifestLists
import OCI

/// Images of this machine cannot be pushed. Nothing has been pushed yet.
enum EngineError: Error, Hashable {
  /// No engine is installed, or not the one that the user set.
  case noEngine(String?)
  /// The program cannot be run.
  case unusable(String, String)
  /// No engine has all images.
  case imagesMissing([Problem])
  /// It stands for tags in the registry.
  case pattern(String)

  /// What an engine says about an image that it does not have.
  struct Problem: Hashable, Sendable {
    let engine: String
    let image: Reference
    let text: String
    /// Images that the engine has, and that may have been meant.
    let similar: [Reference]
  }
}

extension EngineError: CustomStringConvertible {
  var description: String {
    switch self {
    case .noEngine(let program?): "the program of MANIFESTX_ENGINE is missing: \(program)"
    case .noEngine(nil): "images cannot be pushed without docker, podman or nerdctl, and none of them is installed"
    case .unusable(let program, let reason): "\(program) cannot be run: \(reason)"
    case .imagesMissing: "no engine has all images, so nothing was pushed"
    case .pattern(let text): "\(text) stands for tags in the registry, and cannot be pushed"
    }
  }
}

extension EngineError: Advised {
  var advice: String? {
    switch self {
    case .noEngine, .unusable:
      """
      To use another engine, set MANIFESTX_ENGINE to its program
      \(Self.withoutPush)
      """
    case .imagesMissing(let problems):
      """
      \(Self.lines(problems))
      Build or load the missing images in one engine
      \(Self.withoutPush)
      """
    case .pattern:
      """
      To push images, name each of them
      \(Self.withoutPush)
      """
    }
  }

  private static func lines(_ problems: [Problem]) -> String {
    // An engine that cannot be reached says so for every image.
    var seen: Set<[String]> = []
    return problems.filter { seen.insert([$0.engine, $0.text]).inserted }.map(\.lines).joined(separator: "\n")
  }

  private static let withoutPush =
    "If all images are already in the registry, leave out --push (with image_push.sh: use --no-push)"
}

extension EngineError: HasExitStatus {
  var exitStatus: ExitStatus { if case .noEngine = self { .noEngine } else { .failure } }
}

extension EngineError.Problem {
  fileprivate var lines: String {
    let answer = PrintableText.line("\(engine) image inspect \(image.wholeName): \(text)")
    if similar.isEmpty { return answer }
    return answer + "\n" + PrintableText.line("\(engine) has \(similar.map(\.wholeName).joined(separator: ", "))")
  }
}
