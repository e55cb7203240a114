/// What the name and the value of a header field may contain.
///
/// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 (names are tokens) and #section-5.5 (values)
package enum FieldSyntax {
  package static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.unicodeScalars.allSatisfy(isTokenCharacter)
  }

  package static func isTokenCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    case "!", "#", "$", "%", "&", "'", "*", "+", "-", ".", "^", "_", "`", "|", "~": true
    default: false
    }
  }

  /// False for text with control characters other than tabs: a line break would begin another field.
  package static func isValue(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }
}
