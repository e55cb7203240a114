import FoundationEssentials

/// Certificates in PEM, collected from several files.
///
/// Anything else in the files is left out, each certificate is taken once, and lines get the length that OpenSSL
/// requires: libcurl would reject all certificates for a single broken block.
struct PEMCertificates {
  private(set) var bytes: [UInt8] = []
  /// Whether the TLS library can read a certificate; `isTrusted` if OpenSSL's own data follows it.
  private let isReadable: (_ der: Data, _ isTrusted: Bool) -> Bool
  private var seen: Set<[UInt8]> = []

  init(isReadable: @escaping (_ der: Data, _ isTrusted: Bool) -> Bool = { _, _ in true }) {
    self.isReadable = isReadable
  }

  /// Adds the certificates of a file.
  ///
  /// - Returns: What is wrong with the file; nil if all certificates in it were taken.
  mutating func add(_ file: [UInt8]) -> Flaw? {
    var label: [UInt8]?
    var base64: [UInt8] = []
    var (found, damaged) = (0, 0)
    for line in file.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let line = line.filter { $0 > 0x20 }
      if let beginning = Self.label(of: line, after: "-----BEGIN") {
        (label, base64) = (beginning, [])
      } else if Self.label(of: line, after: "-----END") != nil {
        if let label, Self.isOfCertificate(label) {
          let isWhole = isCertificate(base64, label)
          if isWhole { found += 1 } else { damaged += 1 }
          if isWhole, seen.insert(base64).inserted { append(base64, label) }
        }
        label = nil
      } else if label != nil {
        base64 += line
      }
    }
    // The file may end within a certificate.
    if let label, Self.isOfCertificate(label) { damaged += 1 }
    if damaged > 0 { return .damaged(damaged, isAll: found == 0) }
    if found > 0 { return nil }
    return file.isEmpty ? .empty : Self.isSequence(Data(file)) ? .binary : .other
  }

  /// Why not all certificates of a file can be used.
  enum Flaw: Equatable {
    case empty
    /// Probably DER.
    case binary
    /// This many certificates are incomplete or cannot be read.
    case damaged(Int, isAll: Bool)
    /// It contains no certificate.
    case other
  }

  /// Without their blanks. `X509` is OpenSSL's old name; a trusted certificate has OpenSSL's own data at its end.
  private static let labels = ["CERTIFICATE", "X509CERTIFICATE", "TRUSTEDCERTIFICATE"]

  private static func label(of line: [UInt8], after marker: String) -> [UInt8]? {
    guard line.starts(with: marker.utf8), line.suffix(5).elementsEqual("-----".utf8) else { return nil }
    return Array(line.dropFirst(marker.utf8.count).dropLast(5))
  }

  private static func isOfCertificate(_ label: [UInt8]) -> Bool {
    labels.contains { $0.utf8.elementsEqual(label) }
  }

  private static func isTrusted(_ label: [UInt8]) -> Bool { label.starts(with: "TRUSTED".utf8) }

  private func isCertificate(_ base64: [UInt8], _ label: [UInt8]) -> Bool {
    guard let der = Data(base64Encoded: Data(base64)) else { return false }
    return Self.isSequence(der) && isReadable(der, Self.isTrusted(label))
  }

  /// True for one complete ASN.1 sequence.
  private static func isSequence(_ data: Data) -> Bool {
    guard data.count > 4, data[0] == 0x30 else { return false }
    // The sequence's length: in one byte or two, after a byte that says which.
    switch data[1] {
    case 0x81: return 3 + Int(data[2]) <= data.count
    case 0x82: return 4 + Int(data[2]) << 8 + Int(data[3]) <= data.count
    default: return false
    }
  }

  private mutating func append(_ base64: [UInt8], _ label: [UInt8]) {
    let label = Self.isTrusted(label) ? "TRUSTED CERTIFICATE" : "CERTIFICATE"
    bytes += "-----BEGIN \(label)-----\n".utf8
    for start in stride(from: 0, to: base64.count, by: 64) {
      bytes += base64[start..<min(start + 64, base64.count)]
      bytes.append(UInt8(ascii: "\n"))
    }
    bytes += "-----END \(label)-----\n".utf8
  }
}
