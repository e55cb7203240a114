import ManifestLists
import OCI

/// Images of this machine cannot be pushed. Nothing has been pushed yet.
enum EngineError: Error, Hashable {
  /// No engine is installed, or not the one that the user set.
  case noEngine(String?)
  /// The program cannot be run, or does not answer.
  case unusable(String, EngineStartError)
  /// No engine has all images.
  case imagesMissing([Problem])
  /// It stands for tags in the registry.
  case pattern(String)

  /// Why an engine was passed over.
  enum Problem: Hashable, Sendable {
    /// What it says about an image that it does not have. `similar`: images that it has, and that may have been meant.
    case missing(engine: String, Reference, String, similar: [Reference])
    case unusable(engine: String, EngineStartError)
  }
}

extension EngineError: CustomStringConvertible {
  var description: String {
    switch self {
    case .noEngine(let program?): "the program of MANIFESTX_ENGINE is missing: \(program)"
    case .noEngine(nil): "images cannot be pushed without docker, podman or nerdctl, and none of them is installed"
    case .unusable(let program, let error): error.text(program)
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
    return problems.filter { seen.insert($0.key).inserted }.map(\.lines).joined(separator: "\n")
  }

  private static let withoutPush =
    "If all images are already in the registry, leave out --push (with image_push.sh: use --no-push)"
}

extension EngineError: HasExitStatus {
  var exitStatus: ExitStatus {
    switch self {
    case .noEngine: .noEngine
    case .pattern: .usage
    case .unusable, .imagesMissing: .failure
    }
  }
}

extension EngineError.Problem {
  /// Two problems with the same one are shown once.
  fileprivate var key: [String] {
    switch self {
    case .missing(let engine, _, let text, _): [engine, text]
    case .unusable(let engine, let error): [engine, error.text(engine)]
    }
  }

  fileprivate var lines: String {
    switch self {
    case .unusable(let engine, let error): return PrintableText.line(error.text(engine))
    case .missing(let engine, let image, let text, let similar):
      let answer = PrintableText.line("\(engine) image inspect \(image.wholeName): \(text)")
      if similar.isEmpty { return answer }
      return answer + "\n" + PrintableText.line("\(engine) has \(similar.map(\.wholeName).joined(separator: ", "))")
    }
  }
}
