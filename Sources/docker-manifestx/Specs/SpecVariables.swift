import Synchronization

/// What `${NAME}` stands for in the values of the spec files of a run.
final class SpecVariables: Sendable {
  private let value: @Sendable (String) -> String?
  private let isText: @Sendable (String) -> Bool
  /// Bytes: a short file can use a long value many times.
  private let left = Mutex(SpecLimits.bytes)

  /// - Parameters:
  ///   - value: Nil for a variable that is not set.
  ///   - isText: False for a variable whose value has other bytes than those of a text.
  init(isText: @escaping @Sendable (String) -> Bool = { _ in true }, _ value: @escaping @Sendable (String) -> String?) {
    (self.isText, self.value) = (isText, value)
  }

  /// Replaces each `${NAME}` with its value, and `$$` with a dollar sign. Values are not read again: one that contains `${`
  /// stays as it is.
  func replaced(in text: String) throws(Problem) -> String {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        rest.removeFirst()
        result += "$"
      } else if rest.first == "{" {
        let end = rest.firstIndex(of: "}") ?? rest.endIndex
        let name = String(rest[..<end].dropFirst())
        guard end < rest.endIndex, Self.isName(name) else { throw .form }
        guard let value = value(name) else { throw .unset(name) }
        if !isText(name) { throw .notText(name) }
        guard take(value.utf8.count) else { throw .tooLarge(limit: SpecLimits.bytes) }
        result += value
        rest = rest[rest.index(after: end)...]
      } else {
        result += "$"
      }
    }
    return result + rest
  }

  private func take(_ bytes: Int) -> Bool {
    left.withLock { left in
      left -= min(left + 1, bytes)
      return left >= 0
    }
  }

  enum Problem: Error, Equatable {
    /// `${` without a name and `}`.
    case form
    case unset(String)
    /// Bytes of its value are not UTF-8, and were replaced.
    case notText(String)
    /// The values have more than this number of bytes together, each counted as often as it is used.
    case tooLarge(limit: Int)
  }

  /// As in a shell.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
      default: false
      }
    }
  }
}
