/// The header fields of a request or a response, in their order. Names are compared without regard to case, and several
/// lines may have the same name (RFC 9110 §5).
package struct HTTPFields: Sendable, Hashable {
  /// One field line: a name and a value.
  package struct Line: Sendable, Hashable {
    package let name: String
    package let value: String
  }

  package private(set) var lines: [Line] = []

  package init() {}

  /// The first line of this name. Setting replaces every line of the name; nil removes them.
  package subscript(name: String) -> String? {
    get { lines.first { $0.name.isSameFieldName(as: name) }?.value }
    set {
      lines.removeAll { $0.name.isSameFieldName(as: name) }
      if let newValue { lines.append(Line(name: name, value: newValue)) }
    }
  }

  /// The values of all lines of this name.
  package func all(_ name: String) -> [String] {
    lines.filter { $0.name.isSameFieldName(as: name) }.map(\.value)
  }

  /// Adds a line and keeps those of the same name.
  package mutating func append(_ name: String, _ value: String) {
    lines.append(Line(name: name, value: value))
  }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    lines = elements.map { Line(name: $0, value: $1) }
  }
}

extension String {
  fileprivate func isSameFieldName(as other: String) -> Bool {
    utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
  }
}

extension UInt8 {
  fileprivate var asciiLowercased: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }
}
