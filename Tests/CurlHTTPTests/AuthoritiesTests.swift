import FoundationEssentials
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

  /// As many images for CI set them. Reading all of the system's authorities takes longer than a request.
  @Test func variablesThatNameTheSystemsPlacesChangeNothing() throws {
    let defaults = Authorities(SystemAuthorities())
    let file = try #require(defaults.systemFile)
    let directory = try #require(defaults.systemDirectory)
    let links = try TemporaryDirectory()
    try FileManager.default.createSymbolicLink(atPath: "\(links.path)/link", withDestinationPath: directory)
    let byDefault = try defaults.trust([])
    for value in [directory, "\(directory)/", "\(links.path)/link", "\(directory):\(directory)"] {
      let environment = SystemAuthorities { ["SSL_CERT_FILE": file, "SSL_CERT_DIR": value][$0] }
      let trust = try Authorities(environment).trust([])
      #expect(trust.bundle.isEmpty && trust.usesDefaultDirectory)
      #expect(trust.usesDefaultFile == byDefault.usesDefaultFile)
    }
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
