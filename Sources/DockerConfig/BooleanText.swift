/// Reads a boolean as docker and Go's programs do; nil for any other text.
///
/// https://pkg.go.dev/strconv#ParseBool
package func booleanValue(_ text: String) -> Bool? {
  switch text {
  case "1", "t", "T", "TRUE", "true", "True": true
  case "0", "f", "F", "FALSE", "false", "False": false
  default: nil
  }
}
