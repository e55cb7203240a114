import OCI

/// Something that entries of a list come from: an image, as the user named it.
package struct Source: Hashable, Sendable {
  /// As it was written.
  package let text: String
  /// Where it is.
  package let reference: Reference
  /// How the text was read, where it could mean something else.
  package let reading: Reading
  /// The platform that the user assigned; nil where it is to be found out.
  package var platform: Platform?

  package enum Reading: Hashable, Sendable {
    case reference
    /// A bare word, taken as a tag of the list's repository.
    case tag
  }

  package init(_ text: String, _ reference: Reference, reading: Reading = .reference, platform: Platform? = nil) {
    self.text = text
    self.reference = reference
    self.reading = reading
    self.platform = platform
  }
}

/// As messages name it.
extension Source: CustomStringConvertible {
  package var description: String { "\(reference)" }
}
