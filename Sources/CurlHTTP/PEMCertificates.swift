import FoundationEssentials

/// Certificates in PEM, collected from several files.
///
/// Anything else in the files is left out, each certificate is taken once, and lines get the length that OpenSSL
/// requires: libcurl would reject all certificates for a single broken block.
struct PEMCertificates {
  private(set) var bytes: [UInt8] = []
  private var seen: Set<[UInt8]> = []

  /// Adds the certificates of a file.
  ///
  /// - Returns: Why the file has no certificate; nil if it has one.
  mutating func add(_ file: [UInt8]) -> Absence? {
    var label: [UInt8]?
    var base64: [UInt8] = []
    var isFound = false
    var isBroken = false
    for line in file.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let line = line.filter { $0 > 0x20 }
      if let beginning = Self.label(of: line, after: "-----BEGIN") {
        (label, base64) = (beginning, [])
      } else if Self.label(of: line, after: "-----END") != nil {
        if let label, Self.labels.contains(where: { $0.utf8.elementsEqual(label) }) {
          let isComplete = Self.isCertificate(base64)
          (isFound, isBroken) = (isFound || isComplete, isBroken || !isComplete)
          if isComplete, seen.insert(base64).inserted { append(base64, label) }
        }
        label = nil
      } else if label != nil {
        base64 += line
      }
    }
    if isFound { return nil }
    if isBroken || label != nil { return .broken }
    return file.isEmpty ? .empty : file[0] == 0x30 ? .binary : .other
  }

  /// Why no certificate was found in a file.
  enum Absence {
    case empty
    /// Probably DER.
    case binary
    /// It begins as PEM, but no certificate in it is complete.
    case broken
    case other
  }

  /// Without their blanks. `X509` is OpenSSL's old name; a trusted certificate has OpenSSL's own data at its end.
  private static let labels = ["CERTIFICATE", "X509CERTIFICATE", "TRUSTEDCERTIFICATE"]

  private static func label(of line: [UInt8], after marker: String) -> [UInt8]? {
    guard line.starts(with: marker.utf8), line.suffix(5).elementsEqual("-----".utf8) else { return nil }
    return Array(line.dropFirst(marker.utf8.count).dropLast(5))
  }

  /// True for base64 of one complete ASN.1 sequence.
  private static func isCertificate(_ base64: [UInt8]) -> Bool {
    guard let data = Data(base64Encoded: Data(base64)), data.count > 4, data[0] == 0x30 else { return false }
    // The sequence's length: in one byte or two, after a byte that says which.
    switch data[1] {
    case 0x81: return 3 + Int(data[2]) <= data.count
    case 0x82: return 4 + Int(data[2]) << 8 + Int(data[3]) <= data.count
    default: return false
    }
  }

  private mutating func append(_ base64: [UInt8], _ label: [UInt8]) {
    let label = label.starts(with: "TRUSTED".utf8) ? "TRUSTED CERTIFICATE" : "CERTIFICATE"
    bytes += "-----BEGIN \(label)-----\n".utf8
    for start in stride(from: 0, to: base64.count, by: 64) {
      bytes += base64[start..<min(start + 64, base64.count)]
      bytes.append(UInt8(ascii: "\n"))
    }
    bytes += "-----END \(label)-----\n".utf8
  }
}
