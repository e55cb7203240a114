import Glibc
import TestSupport
import Testing

@testable import DockerConfig

@Suite struct RegistryCertificatesTests {
  @Test func withoutADirectoryThereAreNoCertificates() throws {
    let directory = try TemporaryDirectory()
    let found = RegistryCertificates(forHost: "r.example", directory.paths)
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
    let found = RegistryCertificates(forHost: "r.example:5000", directory.paths)
    let machine = "\(directory.path)/etc/docker/certs.d/r.example:5000"
    let user = "\(directory.path)/home/.config/docker/certs.d/r.example:5000"
    #expect(found.authorities == ["\(machine)/a.crt", "\(machine)/b.crt", "\(user)/c.crt"])
    #expect(found.clients.map(\.certificate) == ["\(machine)/me.cert"])
    #expect(found.clients.map(\.key) == ["\(machine)/me.key"])
  }

  static let halves: [(present: String, missing: String)] = [("me.cert", "me.key"), ("me.key", "me.cert")]

  /// The rest is used: the registry may do without it.
  @Test(arguments: halves)
  func aCertificateWithoutItsKeyIsAProblemAndTheReverse(present: String, missing: String) throws {
    let certificates = "etc/docker/certs.d/r.example"
    let directory = try TemporaryDirectory(["\(certificates)/\(present)": "", "\(certificates)/ca.crt": ""])
    let found = RegistryCertificates(forHost: "r.example", directory.paths)
    #expect(
      found.problems.map(\.description)
        == ["\(directory.path)/etc/docker/certs.d/r.example/\(present): \(missing) is missing in the same directory"]
    )
    #expect(found.authorities == ["\(directory.path)/etc/docker/certs.d/r.example/ca.crt"])
    #expect(found.clients == [])
  }

  @Test func whatCannotBeReadIsAProblem() throws {
    // A link to nothing, and a file where a directory is expected, cannot be read by root either.
    let directory = try TemporaryDirectory([
      "etc/docker/certs.d/r.example/b.crt": "", "home/.config/docker/certs.d/r.example": "",
    ])
    let authorities = "\(directory.path)/etc/docker/certs.d/r.example"
    #expect(symlink("nowhere", "\(authorities)/a.crt") == 0)
    let found = RegistryCertificates(forHost: "r.example", directory.paths)
    #expect(found.authorities == ["\(authorities)/b.crt"])
    let file = "\(directory.path)/home/.config/docker/certs.d/r.example"
    #expect(
      found.problems.map(\.description)
        == ["cannot read \(authorities)/a.crt: no such file or directory", "cannot read \(file): not a directory"]
    )
  }

  @Test func whatHasNoEffectIsNamed() throws {
    let names = ["a.crt", "b.CRT", "ca.pem", "me.cert", "me.key", "you.cert", "you.key", "README"]
    let certificates = "etc/docker/certs.d/r.example"
    let directory = try TemporaryDirectory(
      Dictionary(uniqueKeysWithValues: names.map { ("\(certificates)/\($0)", "") })
    )
    let found = RegistryCertificates(forHost: "r.example", directory.paths)
    let base = "\(directory.path)/\(certificates)"
    let ignored = "is ignored: only *.crt (authorities) and *.cert with *.key (client certificates) are read"
    let client = "\(base)/you.cert is not used: of several client certificates, only the first one is (\(base)/me.cert)"
    #expect(found.problems.map(\.description) == [client])
    #expect(found.ignored.map(\.description) == ["\(base)/b.CRT \(ignored)", "\(base)/ca.pem \(ignored)"])
    let unmatched = "\(base)/a.crt was read, but no authority in it has signed the certificate"
    #expect(found.unmatched.map(\.description) == [unmatched])
  }

  /// The directory has the name of Docker Hub's registry API.
  @Test func dockerHubHasItsOwnDirectory() throws {
    let directory = try TemporaryDirectory([
      "etc/docker/certs.d/registry-1.docker.io/ca.crt": "", "etc/docker/certs.d/docker.io/ca.crt": "",
    ])
    let found = RegistryCertificates(forHost: "docker.io", directory.paths)
    let base = "\(directory.path)/etc/docker/certs.d"
    #expect(found.authorities == ["\(base)/registry-1.docker.io/ca.crt"])
    let ignored = "\(base)/docker.io is ignored: for Docker Hub, only \(base)/registry-1.docker.io is read"
    #expect(found.ignored.map(\.description) == [ignored])
  }
}
