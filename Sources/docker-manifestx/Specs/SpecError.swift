import LocalSystem
import ManifestLists
import YAML

/// A place in a spec file, as compilers name it: `spec.yaml:12`.
struct SpecPlace: Hashable, CustomStringConvertible {
  let file: String
  /// Counted from 1.
  let line: Int

  var description: String { "\(file):\(line)" }
}

/// What is wrong in a spec file, and where.
struct SpecError: Error {
  enum Reason {
    case yaml(YAMLError)
    /// `known` are the keys that are possible there.
    case unknownKey(String, known: [String])
    /// One of these keys is needed.
    case missing(String)
    case wrongKind(expected: String, found: String)
    case noLists
    case noImages
    /// Both keys mean the same.
    case sameMeaning(String, String)
    case word(String, allowed: [String])
    /// `${NAME}` stands for nothing.
    case unsetVariable(String)
    /// `${` that is not followed by a name and `}`.
    case badVariable
    /// The values of variables have more bytes than this, each counted as often as it is used.
    case variablesTooLarge(limit: Int)
    /// This name of a list is also a name of the list at the other place.
    case nameTwice(String, SpecPlace)
    /// An image of the list would get this name, which is that of another image or list of the same run.
    case keptTagTwice(String, SpecPlace)
    /// Several lists would replace one archive.
    case archiveTwice(String, SpecPlace)
    /// An image of the list is a list that the same run publishes, or may be it.
    case imageIsList(String, SpecPlace, isCertain: Bool)
    /// The pattern stands for a list that the same run publishes.
    case patternIsList(String, String, SpecPlace)
    /// A list is to be a docker manifest list, which cannot have this. The option adds it; nil for annotations.
    case notInDockerList(String, option: String?)
    case annotationKey(String)
    /// The command line has another value for this annotation.
    case annotationTwice(String, String, option: String)
    /// A pattern stands for several images, and each has its own platform.
    case platformOfPattern(String)
    /// The value is not what belongs there.
    case cause(any Error)
  }

  let place: SpecPlace
  let reason: Reason
}

extension SpecError: CustomStringConvertible {
  var description: String { "\(place): \(problem)" }

  private var problem: String {
    switch reason {
    case .yaml(let error): "\(error)"
    case .unknownKey(let key, let known):
      "the key \u{201C}\(key)\u{201D} is not known. "
        + (nearest(to: key, among: known).map { "Did you mean \u{201C}\($0)\u{201D}?" }
          ?? "The keys are \(known.joined(separator: ", "))")
    case .missing(let key): "the key \u{201C}\(key)\u{201D} is missing"
    case .wrongKind(let expected, let found): "there must be \(expected) here, but this is \(found)"
    case .noLists: "the file contains no list"
    case .noImages: "the list has no images"
    case .sameMeaning(let first, let second): "\u{201C}\(first)\u{201D} and \u{201C}\(second)\u{201D} mean the same"
    case .word(let word, let allowed):
      "\u{201C}\(word)\u{201D} is not one of \(allowed.joined(separator: ", "))"
        + (nearest(to: word, among: allowed).map { ". Did you mean \u{201C}\($0)\u{201D}?" } ?? "")
    case .unsetVariable(let name): "the variable \(name) is not set"
    case .badVariable: "\u{201C}${\u{201D} must be followed by the name of a variable and \u{201C}}\u{201D}"
    case .variablesTooLarge(let limit): "the values of the variables used have more than \(limit >> 20) MiB together"
    case .nameTwice(let name, let other): "\(name) is also a name of the list in \(other)"
    case .keptTagTwice(let name, let other):
      "--keep-tags makes tags such as \(name), which the list in \(other) uses, too"
    case .archiveTwice(let archive, let other):
      "\(archive) is written as a whole, and the list in \(other) is written to it, too"
    case .imageIsList(let image, let other, let isCertain):
      "the image \(image) \(isCertain ? "is" : "may be") the list in \(other), which is published at the same time"
    case .patternIsList(let pattern, let image, let other):
      "\(pattern) stands for \(image), too, which is the list in \(other) and is published at the same time"
    case .notInDockerList(let content, _): "a docker manifest list cannot have \(content)"
    case .annotationKey(let key): "\u{201C}\(key)\u{201D} is not a key of an annotation"
    case .annotationTwice(let key, let value, let other):
      "the annotation \(key) has two values: \u{201C}\(value)\u{201D}, and \u{201C}\(other)\u{201D} from --annotation"
    case .platformOfPattern(let pattern):
      "\(pattern) stands for several images, which cannot have one platform"
    case .cause(let error): "\(error)"
    }
  }
}

extension YAMLError {
  fileprivate var isAboutSize: Bool { if case .tooManyValues = reason { true } else { false } }

  /// True if something is wrong between brackets or braces, where a text with a brace needs quotation marks.
  fileprivate var isInFlow: Bool {
    if case .syntax(let problem) = reason { problem.contains("expected ',' or") } else { false }
  }
}

extension SpecError: Advised {
  fileprivate static let adviceOnSize = "Publish the lists in several runs, with a --file of their own"

  var advice: String? {
    switch reason {
    case .unsetVariable(let name):
      "Set it in the environment, or with --set \(name)=VALUE. For a dollar sign, write $$"
    case .badVariable: "For a dollar sign, write $$"
    case .imageIsList(_, _, isCertain: false):
      "Name the image by its digest, or publish that list first, in a run of its own"
    case .imageIsList: "Publish that list first, in a run of its own"
    case .patternIsList: "Use a pattern that does not match it, or publish that list first, in a run of its own"
    case .keptTagTwice:
      "Use {tag}, which stands for the tag of the list, and text that no other tag has: --keep-tags 'image-{tag}-{arch}'"
    case .notInDockerList(_, let option): "Use media-type: oci, or leave out \(option ?? "the annotations")"
    case .annotationTwice: "Leave one of them out"
    case .cause(let error as PublishError): error.specAdvice
    case .cause(is PublishArgumentError): nil
    case .cause(let error as any Advised): error.advice
    case .yaml(let error) where error.isAboutSize: Self.adviceOnSize
    case .variablesTooLarge: Self.adviceOnSize
    case .yaml(let error) where error.isInFlow:
      "Between [ and ], or { and }, put a text with ${VAR} in quotation marks: [\"${VAR}\"]"
    default: nil
    }
  }
}

/// Everything that is wrong in the spec files. Nothing has been sent.
struct SpecErrors: CompoundError {
  let errors: [SpecError]

  /// More would not fit on a screen.
  private static let limit = 20

  var parts: [any Error]? { Array(errors.prefix(Self.limit)) }

  var summary: String? {
    let rest = errors.count - Self.limit
    return (rest > 0 ? "There are \(rest) more errors. " : "") + "Nothing was published."
  }
}

/// The file cannot be read at all.
struct SpecFileError: Advised, CustomStringConvertible {
  enum Reason {
    case unreadable(SystemError)
    /// With the files before it, it has more bytes than this.
    case tooLarge(limit: Int)
    case noYAML(YAMLUnavailable)
  }

  let file: String
  let reason: Reason

  var description: String {
    switch reason {
    case .unreadable(let error): "cannot read \(file): \(error)"
    case .tooLarge(let limit): "cannot read \(file): the files of --file have more than \(limit >> 20) MiB together"
    case .noYAML(let error): "cannot read \(file): \(error)"
    }
  }

  var advice: String? {
    switch reason {
    case .noYAML: "Install it (Debian and Ubuntu: apt-get install libyaml-0-2), or write the file in JSON"
    case .tooLarge: SpecError.adviceOnSize
    case .unreadable: nil
    }
  }
}
