import YAML

/// What all spec files of a run can have together, so that the program takes at most 64 MiB.
struct SpecLimits {
  /// A list cannot have more, either.
  static let bytes = 4 << 20

  var bytes = Self.bytes
  var values = NodeLimits()
}
