import TestSupport
import Testing

@testable import DockerConfig

@Suite struct InsecureRegistriesTests {
  struct Case: CustomTestStringConvertible {
    let host: String
    let entries: [String]
    let isInsecure: Bool
    var testDescription: String { "\(host) with \(entries)" }

    init(_ host: String, _ entries: [String], _ isInsecure: Bool) {
      (self.host, self.entries, self.isInsecure) = (host, entries, isInsecure)
    }
  }

  static let byName: [Case] = [
    Case("r.example", [], false),
    Case("r.example", ["r.example"], true),
    Case("R.example", ["r.Example"], true),
    Case("r.example:5000", ["r.example:5000"], true),
    Case("r.example:5001", ["r.example:5000"], false),
    Case("r.example", ["r.example:5000"], false),
    Case("r.example:5000", ["r.example"], false),
    Case("[fd00::1]:5000", ["[FD00::1]:5000"], true),
    Case("sub.r.example", ["r.example"], false),
    Case("r.example", ["*.example", ""], false),
    Case("r.example:5000", ["http://R.example:5000"], true),
    Case("r.example", ["https://r.example"], true),
    Case("r.example", ["ftp://r.example", "r.example/path"], false),
  ]

  static let byAddress: [Case] = [
    Case("10.1.2.3", ["10.0.0.0/8"], true),
    Case("10.1.2.3:5000", ["10.0.0.0/8"], true),
    Case("10.1.2.3", ["https://10.0.0.0/8"], true),
    Case("11.1.2.3", ["10.0.0.0/8"], false),
    Case("10.1.2.3", ["10.9.9.9/8"], true),
    Case("10.1.2.127", ["10.1.2.0/25"], true),
    Case("10.1.2.128", ["10.1.2.0/25"], false),
    Case("10.1.2.3", ["10.1.2.3/32"], true),
    Case("10.1.2.4", ["10.1.2.3/32"], false),
    Case("8.8.8.8", ["0.0.0.0/0"], true),
    Case("docker.io", ["0.0.0.0/0", "docker.io"], false),
    Case("[2001:db8::1]", ["0.0.0.0/0"], false),
    Case("[2001:db8::1]", ["2001:db8::/32"], true),
    Case("[2001:DB8:FFFF::1]:5000", ["2001:db8::/32"], true),
    Case("[2001:db9::1]:5000", ["2001:db8::/32"], false),
    Case("[2001:db8::1]", ["::/0"], true),
    Case("[::ffff:10.1.2.3]", ["10.0.0.0/8"], true),
    Case("10.1.2.3", ["::ffff:10.0.0.0/104"], true),
    Case("11.1.2.3", ["::ffff:10.0.0.0/104"], false),
    Case("10.1.2.3", ["::ffff:10.0.0.0/\(Int.min)", "10.0.0.0/\(Int.max)", "10.0.0.0/-1", "10.0.0.0/33"], false),
    Case("10.1.2.3", ["::ffff:10.0.0.0/8"], false),
    Case("10.1.2.3", ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0/8", "x/8"], false),
  ]

  static let loopback: [Case] = [
    Case("localhost", [], true),
    Case("LOCALHOST:5000", [], true),
    Case("127.0.0.1", [], true),
    Case("127.255.255.254:5000", [], true),
    Case("128.0.0.1", [], false),
    Case("[::1]:5000", [], true),
    Case("[::2]:5000", [], false),
    Case("[::ffff:127.0.0.1]", [], true),
    Case("localhost.example", [], false),
    Case("127.0.0.1.example", [], false),
  ]

  @Test(arguments: byName + byAddress + loopback)
  func decidesByTheName(_ expected: Case) throws {
    let registries = try insecure(expected.entries)
    #expect((registries.reason(forHost: expected.host) != nil) == expected.isInsecure)
  }

  @Test func givesTheReason() throws {
    let registries = try insecure(["10.0.0.0/8"], requested: ["r.example:5000"])
    #expect(registries.reason(forHost: "r.example:5000")?.description == "requested for this command")
    #expect(registries.reason(forHost: "r.example") == nil)
    #expect(registries.reason(forHost: "localhost")?.description == "a loopback address")
    let setting = registries.reason(forHost: "10.0.0.1")?.description
    #expect(setting?.hasPrefix("“10.0.0.0/8” in insecure-registries of ") == true)
    #expect(setting?.hasSuffix("/etc/docker/daemon.json") == true)
  }

  /// Every machine can resolve `localhost` without a network.
  @Test func looksUpTheAddressesOfAName() async throws {
    let found = try #require(await insecure([]).reason(forAddressesOf: "localhost:5000"))
    #expect(Set(found.reasons) == [.loopback])
    #expect(Set(found.addresses).isSubset(of: ["127.0.0.1", "::1"]) && !found.addresses.isEmpty)
  }

  static let addressLists: [(addresses: [String], isInsecure: Bool)] = [
    ([], false),
    (["10.1.2.3"], true),
    (["10.1.2.3", "10.255.0.1"], true),
    (["10.1.2.3", "127.0.0.1"], true),
    (["fd00::5", "10.1.2.3"], true),
    (["127.0.0.1", "192.0.2.66"], false),
    (["192.0.2.66", "10.1.2.3"], false),
    (["10.1.2.3", "fe80::1"], false),
  ]

  /// The connection may go to the other address, which is not on this machine.
  @Test(arguments: [["127.0.0.1", "10.1.2.3"], ["10.1.2.3", "::1"]])
  func aLoopbackAddressBesideOthersIsNotTheReason(addresses: [String]) throws {
    let found = try insecure(["10.0.0.0/8"]).reason(for: addresses.compactMap { IPAddress($0) })
    let reason = try #require(found?.reason)
    #expect("\(reason)".hasPrefix("\u{201C}10.0.0.0/8\u{201D} in insecure-registries"))
  }

  static let ranges: [(host: String, counts: Bool)] = [
    ("r.example:5000", true), ("named.example", false), ("named.example:81", true), ("localhost:5000", false),
    ("192.0.2.66:5000", false), ("docker.io", false),
  ]

  @Test(arguments: ranges)
  func rangesCountForNamesThatNoOtherRuleIsAbout(host: String, counts: Bool) throws {
    let found = try insecure(["named.example", "http://10.0.0.0/8"]).ranges(forHost: host)
    #expect(found.map(\.place) == (counts ? ["10.0.0.0/8"] : []))
  }

  @Test(arguments: addressLists)
  func everyAddressMustBeInARange(addresses: [String], isInsecure: Bool) throws {
    let registries = try insecure(["10.0.0.0/8", "fd00::/8"])
    let found = registries.reason(for: addresses.compactMap { IPAddress($0) })
    #expect((found != nil) == isInsecure)
    if let found {
      #expect(found.addresses == addresses)
      #expect(found.reasons == addresses.map { registries.reason(forHost: $0.contains(":") ? "[\($0)]" : $0) })
    }
  }

  static let hubNames = [
    "docker.io", "DOCKER.IO", "index.docker.io", "registry-1.docker.io", "Registry-1.docker.io:443", "docker.io:80",
  ]

  /// Each of its names gets its password.
  @Test(arguments: hubNames)
  func dockerHubIsNeverInsecure(host: String) async throws {
    let registries = try insecure(["0.0.0.0/0", "::/0", "127.0.0.0/8", host])
    #expect(registries.reason(forHost: host) == nil)
    let address = try #require(IPAddress("127.0.0.1"))
    #expect(await registries.reason(forAddressesOf: host) { _ in [address] } == nil)
    #expect(await registries.reason(forAddressesOf: "r.example") { _ in [address] } != nil)
    #expect(try insecure([], requested: [host]).reason(forHost: host) == nil)
  }

  private func insecure(_ entries: [String], requested: Set<String> = []) throws -> InsecureRegistries {
    let list = entries.map { "\"\($0)\"" }.joined(separator: ",")
    let directory = try TemporaryDirectory(["etc/docker/daemon.json": "{\"insecure-registries\":[\(list)]}"])
    return InsecureRegistries(requested: requested, daemon: DaemonConfig(directory.paths))
  }
}
