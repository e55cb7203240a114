import HTTP
import Testing

@testable import CurlHTTP

@Suite struct ServerCertificateLinesTests {
  @Test func readsWhatLibcurlSays() throws {
    let certificate = try #require(
      ServerCertificate(lines: [
        "Subject:CN = registry.example.com", "Issuer:O = Example: Authorities, CN = Example CA", "Version:2",
        "X509v3 Subject Alternative Name:DNS:registry.example.com, DNS:*.example.com, IP Address:0:0:0:0:0:0:0:1",
        "Start date:Nov  6 08:49:37 1994 GMT", "Expire date:soon", "no colon",
      ])
    )
    #expect(certificate.subject == "CN = registry.example.com")
    #expect(certificate.issuer == "O = Example: Authorities, CN = Example CA")
    #expect(certificate.names == ["registry.example.com", "*.example.com", "0:0:0:0:0:0:0:1"])
    #expect(certificate.validFrom == Timestamp(seconds: 784_111_777))
    #expect(certificate.validUntil == nil)
    #expect(ServerCertificate(lines: []) == nil)
  }
}
