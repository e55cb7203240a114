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
    let trust = authorities.trust([])
    #expect(!trust.usesDefaultDirectory)
    #expect(String(decoding: trust.bundle, as: UTF8.self).contains("\nMIEDAQID\n"))
  }

  @Test func systemsAuthoritiesAreUsedByDefault() {
    let trust = Authorities(SystemAuthorities()).trust([])
    #expect(trust.usesDefaultDirectory && trust.bundle.isEmpty)
  }

  /// As many images for CI set them. Reading all of the system's authorities takes longer than a request.
  @Test func variablesThatNameTheSystemsPlacesChangeNothing() throws {
    let defaults = Authorities(SystemAuthorities())
    let file = try #require(defaults.systemFile)
    let directory = try #require(defaults.systemDirectory)
    let links = try TemporaryDirectory()
    try FileManager.default.createSymbolicLink(atPath: "\(links.path)/link", withDestinationPath: directory)
    let byDefault = defaults.trust([])
    for value in [directory, "\(directory)/", "\(links.path)/link", "\(directory):\(directory)"] {
      let environment = SystemAuthorities { ["SSL_CERT_FILE": file, "SSL_CERT_DIR": value][$0] }
      let trust = Authorities(environment).trust([])
      #expect(trust.bundle.isEmpty && trust.usesDefaultDirectory)
      #expect(trust.usesDefaultFile == byDefault.usesDefaultFile)
    }
  }

  @Test func fileOfTheVariableReplacesTheSystems() throws {
    let directory = try TemporaryDirectory(["ca.pem": Self.certificate])
    let authorities = Authorities(SystemAuthorities { ["SSL_CERT_FILE": "\(directory.path)/ca.pem"][$0] })
    let trust = authorities.trust([])
    #expect(!trust.usesDefaultFile)
    #expect(String(decoding: trust.bundle, as: UTF8.self).contains("\nMIEDAQID\n"))
  }

  static let unusable: [(variable: String, value: String, reason: String)] = [
    ("SSL_CERT_FILE", "/nowhere.pem", "no such file or directory"),
    ("SSL_CERT_FILE", "DIRECTORY/empty", "it is empty"),
    ("SSL_CERT_FILE", "DIRECTORY/text", "it contains no -----BEGIN CERTIFICATE----- (PEM)"),
    ("SSL_CERT_FILE", "DIRECTORY/cut", "incomplete or damaged"),
    ("SSL_CERT_DIR", "/nowhere", "no such file or directory"),
    ("SSL_CERT_DIR", "DIRECTORY/empty", "not a directory"),
  ]

  /// The others are used.
  @Test(arguments: unusable)
  func whatCannotBeUsedIsLeftOutAndReportedOnce(variable: String, value: String, reason: String) throws {
    let directory = try TemporaryDirectory([
      "empty": "", "text": "a note\n", "cut": String(Self.certificate.prefix(30)), "ca.crt": Self.certificate,
    ])
    let value = value.replacing("DIRECTORY", with: directory.path)
    var reported: [UnusableCertificates] = []
    let certificates = Certificates(SystemAuthorities { [variable: value][$0] }) { reported.append($0) }
    var tls = TLSSettings()
    tls.authorities = ["\(directory.path)/ca.crt"]
    let problem = UnusableCertificates.authorities(place: "\(variable), \(value)", reason: reason)
    for _ in 1...2 {
      let selection = certificates.selection(tls)
      #expect(selection.unusable == [problem])
      let bundle = try #require(selection.trust).bundle
      #expect(String(decoding: bundle, as: UTF8.self).contains("\nMIEDAQID\n"))
    }
    #expect(certificates.trustForProxy().unusable == [problem])
    #expect(reported == [problem])
  }

  @Test func aDirectoryMayHaveOtherFilesButNoDamagedCertificates() throws {
    let directory = try TemporaryDirectory([
      "README": "a note\n", "empty": "", "ca": Self.certificate, "cut": String(Self.certificate.prefix(30)),
    ])
    let trust = Authorities(SystemAuthorities { ["SSL_CERT_DIR": directory.path][$0] }).trust([])
    #expect(
      trust.unusable
        == [.authorities(place: "SSL_CERT_DIR, \(directory.path)/cut", reason: "incomplete or damaged")]
    )
  }

  /// It looks complete, and the TLS library cannot read it: that is checked only once the library has rejected it.
  @Test func certificatesThatTheLibraryCannotReadAreLeftOut() throws {
    let directory = try TemporaryDirectory(["ca.crt": Self.certificate])
    let file = "\(directory.path)/ca.crt"
    let authorities = Authorities(SystemAuthorities())
    let trust = authorities.trust([file])
    #expect(trust.unusable == [] && !trust.isChecked && !trust.bundle.isEmpty)
    authorities.checkEach()
    let checked = authorities.trust([file])
    #expect(checked.unusable == [.authorities(place: file, reason: "incomplete or damaged")])
    #expect(checked.isChecked)
  }
}
