import OCI

/// Something that entries of a list come from: an image, as the user named it.
package struct Source: Hashable, Sendable {
  /// As it was written.
  package let text: String
  /// Where it is.
  package let place: Place
  /// How the text was read, where it could mean something else.
  package let reading: Reading
  /// The platform that the user assigned; nil where it is to be found out.
  package var platform: Platform?
  package var push = Push.impossible
  /// Parts that the user assigned to a platform that is otherwise to be found out.
  package var platformParts = PlatformParts()

  /// Whether the run can push the image first (`--push`), or has done so, unless it has a digest or is in a layout.
  package enum Push: Hashable, Sendable {
    case impossible, possible, done
  }

  package struct PlatformParts: Hashable, Sendable {
    package var variant: String?
    package var osVersion: String?
    package var osFeatures: [String]?

    package init() {}
  }

  /// True if the user assigned the platform, or a part of it.
  var hasAssignedPlatform: Bool { platform != nil || platformParts != PlatformParts() }

  package enum Reading: Hashable, Sendable {
    case reference
    /// A bare word, taken as a tag of the list's repository.
    case tag
    /// The list itself, in a file.
    case document
    /// The list itself, which is edited.
    case list
    /// One of the tags that match.
    case pattern(TagPattern)
  }

  package init(_ text: String, _ place: Place, reading: Reading = .reference, platform: Platform? = nil) {
    self.text = text
    self.place = place
    self.reading = reading
    self.platform = platform
  }
}

/// As messages name it.
extension Source: CustomStringConvertible {
  package var description: String { reading == .document ? text : "\(place)" }
}

extension Source {
  /// An image in a registry.
  package init(_ text: String, _ reference: Reference, reading: Reading = .reference, platform: Platform? = nil) {
    self.init(text, .registry(reference), reading: reading, platform: platform)
  }

  /// What the name states about the platform.
  ///
  /// - Parameter lists: The tags of the list.
  func inferredPlatform(in lists: [Tag]) -> InferredPlatform? {
    if let reference = place.reference { return InferredPlatform(reading: reference, in: lists) }
    return place.tag.flatMap { InferredPlatform(reading: $0, in: lists) }
  }
}
