/// How Go's decoder, and so docker and containerd, compares the names of members with the names of fields: in any case.
///
/// https://pkg.go.dev/encoding/json#Unmarshal
enum JSONNames {
  /// The name in the form in which names that Go takes for one are equal. Two letters outside of ASCII count as the letters
  /// that they are in lower case: U+017F as s and U+212A as k.
  static func folded(_ name: String) -> String {
    if name.utf8.allSatisfy({ $0 < 0x80 && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) { return name }
    var folded = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      switch scalar {
      case "A"..."Z": folded.append(Unicode.Scalar(UInt8(scalar.value) | 0x20))
      case "\u{17F}": folded.append("s")
      case "\u{212A}": folded.append("k")
      default: folded.append(scalar)
      }
    }
    return String(folded)
  }
}
