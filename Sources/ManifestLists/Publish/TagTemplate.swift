import OCI

/// Makes a tag for each image of a list: `{tag}-{arch}`.
package struct TagTemplate: Hashable, Sendable {
  package let text: String
  /// The tag of the list. In a layout, its name may be none.
  private let list: Tag?
  private let parts: [Part]

  private enum Part: Hashable {
    case text(String)
    case value(Value)
  }

  /// What a word in braces stands for.
  package enum Value: String, Sendable, CaseIterable {
    /// The tag of the list.
    case tag
    case os, arch, variant
  }

  /// - Throws: `TagTemplateError` if a word in braces is not known, a brace is missing, or the tags would not be valid.
  package init(parsing text: String, list: Tag?) throws(TagTemplateError) {
    self.text = text
    self.list = list
    var parts: [Part] = []
    var rest = text[...]
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[brace] == "{", let end = rest[brace...].firstIndex(of: "}") else {
        throw TagTemplateError(template: text, reason: .brace)
      }
      let word = String(rest[rest.index(after: brace)..<end])
      guard let value = Value(rawValue: word) else { throw TagTemplateError(template: text, reason: .word(word)) }
      parts += [.text(String(rest[..<brace])), .value(value)]
      rest = rest[rest.index(after: end)...]
    }
    self.parts = (parts + [.text(String(rest))]).filter { $0 != .text("") }
    for variant in [nil, "v7"] { _ = try tag(for: Platform(os: "linux", architecture: "arm", variant: variant)) }
  }

  /// True if the images of all platforms get the same tag.
  var isSameForAll: Bool { parts.allSatisfy { if case .value(let value) = $0 { value == .tag } else { true } } }

  /// The tag of an image for this platform. A separator before a value that the platform does not have is left out, so that
  /// `{arch}-{variant}` is `amd64` or `arm-v7`.
  ///
  /// - Throws: `TagTemplateError` if it would not be a valid tag.
  package func tag(for platform: Platform) throws(TagTemplateError) -> Tag {
    var tag = ""
    for part in parts {
      switch part {
      case .text(let text): tag += text
      case .value(.tag): tag += list?.text ?? ""
      case .value(.os): tag += platform.os
      case .value(.arch): tag += platform.architecture
      case .value(.variant):
        if let variant = platform.variant {
          tag += variant
        } else if let last = tag.unicodeScalars.last, "-_.".unicodeScalars.contains(last) {
          tag.unicodeScalars.removeLast()
        }
      }
    }
    do { return try Tag(parsing: tag) } catch { throw TagTemplateError(template: text, reason: .tag(error)) }
  }
}

/// The text is not a template for tags.
package struct TagTemplateError: Error, Hashable {
  package enum Reason: Hashable, Sendable {
    /// A brace without the other one.
    case brace
    /// No value has this name.
    case word(String)
    /// The result cannot be a tag.
    case tag(ReferenceError)
  }

  /// As it was given.
  package let template: String
  package let reason: Reason
}

extension TagTemplateError: CustomStringConvertible {
  package var description: String {
    let problem =
      switch reason {
      case .brace: "a brace has no counterpart"
      case .word(let word): "{\(word)} is not known"
      case .tag(let error): "\(error.reason)"
      }
    return "\u{201C}\(template)\u{201D} is not a template for tags: \(problem)"
  }
}
