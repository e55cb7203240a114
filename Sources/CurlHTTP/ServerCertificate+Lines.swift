import HTTP

extension ServerCertificate {
  /// Reads what libcurl says about a certificate (CURLINFO_CERTINFO): lines such as `Issuer:CN = Example CA`. Nil without any.
  ///
  /// https://curl.se/libcurl/c/CURLINFO_CERTINFO.html
  init?(lines: [String]) {
    if lines.isEmpty { return nil }
    self.init()
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "Subject": subject = parts[1]
      case "Issuer": issuer = parts[1]
      case "Start date": validFrom = Timestamp(certificateTime: parts[1])
      case "Expire date": validUntil = Timestamp(certificateTime: parts[1])
      case "X509v3 Subject Alternative Name": names = Self.names(parts[1])
      default: break
      }
    }
  }

  /// Reads `DNS:registry.example.com, IP Address:10.0.0.1`.
  private static func names(_ text: String) -> [String] {
    text.split(separator: ",").compactMap { entry in
      let entry = entry.drop { $0 == " " }
      return ["DNS:", "IP Address:"].first(where: entry.hasPrefix).map { String(entry.dropFirst($0.count)) }
    }
  }
}
