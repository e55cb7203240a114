import TestSupport
import Testing

@testable import DockerConfig

@Suite struct RegistryCertificatesTests {
  @Test func withoutADirectoryThereAreNoCertificates() throws {
    let directory = try TemporaryDirectory()
    let found = try RegistryCertificates(forHost: "r.example", directory.paths)
    #expect(found.authorities == [])
    #expect(found.clients == [])
  }

  @Test func readsTheMachinesAndTheUsersInTheirOrder() throws {
    let directory = try TemporaryDirectory([
      "etc/docker/certs.d/r.example:5000/b.crt": "", "etc/docker/certs.d/r.example:5000/a.crt": "",
      "etc/docker/certs.d/r.example:5000/me.cert": "", "etc/docker/certs.d/r.example:5000/me.key": "",
      "etc/docker/certs.d/r.example:5000/README": "",
      "etc/docker/certs.d/r.example/other.crt": "",
      "home/.config/docker/certs.d/r.example:5000/c.crt": "",
    ])
    let found = try RegistryCertificates(forHost: "r.example:5000", directory.paths)
    let machine = "\(directory.path)/etc/docker/certs.d/r.example:5000"
    let user = "\(directory.path)/home/.config/docker/certs.d/r.example:5000"
    #expect(found.authorities == ["\(machine)/a.crt", "\(machine)/b.crt", "\(user)/c.crt"])
    #expect(found.clients.map(\.certificate) == ["\(machine)/me.cert"])
    #expect(found.clients.map(\.key) == ["\(machine)/me.key"])
  }

  static let halves: [(present: String, missing: String)] = [("me.cert", "me.key"), ("me.key", "me.cert")]

  @Test(arguments: halves)
  func aCertificateWithoutItsKeyIsAnErrorAndTheReverse(present: String, missing: String) throws {
    let directory = try TemporaryDirectory(["etc/docker/certs.d/r.example/\(present)": ""])
    let error = #expect(throws: SettingsError.self) {
      try RegistryCertificates(forHost: "r.example", directory.paths)
    }
    #expect(
      error?.description
        == "\(directory.path)/etc/docker/certs.d/r.example/\(present): \(missing) is missing in the same directory"
    )
  }
}
