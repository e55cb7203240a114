import HTTP
import TestSupport
import Testing

@testable import CurlHTTP

@Suite struct AuthoritiesTests {
  private static let certificate = "-----BEGIN CERTIFICATE-----\nMIEDAQID\n-----END CERTIFICATE-----\n"

  init() throws {
    // Loads libcurl, which knows the system's directory.
    _ = try CurlLoop(CurlSettings(userAgent: "", timeout: .seconds(1)))
  }

  @Test func directoryOfTheVariableReplacesTheSystems() throws {
    let directory = try TemporaryDirectory(["any-name": Self.certificate])
    let authorities = Authorities(SystemAuthorities { ["SSL_CERT_DIR": directory.path][$0] })
    let trust = try authorities.trust([])
    #expect(!trust.usesDefaultDirectory)
    #expect(String(decoding: trust.bundle, as: UTF8.self).contains("\nMIEDAQID\n"))
  }

  @Test func systemsAuthoritiesAreUsedByDefault() throws {
    let trust = try Authorities(SystemAuthorities()).trust([])
    #expect(trust.usesDefaultDirectory && trust.bundle.isEmpty)
  }

  @Test func fileOfTheVariableReplacesTheSystems() throws {
    let directory = try TemporaryDirectory(["ca.pem": Self.certificate])
    let authorities = Authorities(SystemAuthorities { ["SSL_CERT_FILE": "\(directory.path)/ca.pem"][$0] })
    let trust = try authorities.trust([])
    #expect(!trust.usesDefaultFile)
    #expect(String(decoding: trust.bundle, as: UTF8.self).contains("\nMIEDAQID\n"))
  }

  @Test func missingFileIsNamed() {
    let authorities = Authorities(SystemAuthorities { ["SSL_CERT_FILE": "/nowhere.pem"][$0] })
    let error = TransportError.authorities(
      place: "SSL_CERT_FILE, /nowhere.pem",
      reason: "no such file or directory"
    )
    #expect(throws: error) { try authorities.trust([]) }
  }
}
