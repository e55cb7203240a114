import HTTP
import Testing

@Suite struct ServerCertificateTests {
  static let ends: [(end: Int, days: Int)] = [
    (0, 0), (86_399, 0), (86_400, 1), (-1, -1), (-86_401, -2), (1_209_600, 14),
  ]

  @Test(arguments: ends)
  func countsWholeDays(end: Int, days: Int) {
    var certificate = ServerCertificate()
    #expect(certificate.daysLeft(at: Timestamp(seconds: 1000)) == nil)
    certificate.validUntil = Timestamp(seconds: 1000 + end)
    #expect(certificate.daysLeft(at: Timestamp(seconds: 1000)) == days)
  }

  static let issuers: [(issuer: String, name: String)] = [
    ("C = US, O = Let's Encrypt, CN = R11", "R11"), ("C=US,O=Example Inc", "Example Inc"),
    ("C = US, O = \"Example\", OU = x", "Example"), ("OU = x", "OU = x"), ("", ""),
  ]

  @Test(arguments: issuers)
  func issuerHasAName(issuer: String, name: String) {
    var certificate = ServerCertificate()
    certificate.issuer = issuer
    #expect(certificate.issuerName == name)
  }
}
