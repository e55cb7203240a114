/// A number of bytes as docker shows it: `512B`, `4.2kB`, `29.1MB`.
struct ByteCount: CustomStringConvertible {
  let bytes: Double

  init(bytes: Double) { self.bytes = bytes }
  init(_ bytes: Int64) { self.bytes = Double(bytes) }
  /// The sum of sizes that a registry states, which can be of any number.
  init(sum sizes: [Int64]) { bytes = sizes.reduce(0) { $0 + Double($1) } }

  private static let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]

  var description: String {
    var (value, unit) = (bytes, 0)
    // What would be rounded to 1000 is shown in the next unit.
    while value >= 999.5, unit < Self.units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
    let tenths = Int((value * 10).rounded())
    let hasFraction = unit > 0 && tenths < 1000 && tenths % 10 != 0
    return "\(hasFraction ? "\(tenths / 10).\(tenths % 10)" : "\(Int(value.rounded()))")\(Self.units[unit])"
  }
}
