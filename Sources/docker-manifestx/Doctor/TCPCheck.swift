import DockerConfig
import HTTP
import LocalSystem
import OCIRegistry

/// Whether connections can be made to each address.
struct TCPCheck: Sendable {
  let probe: RegistryProbe
  let origin: Origin
  let findings: Findings
  let timeout: Duration

  /// More addresses than this are not tried.
  private static let maximumAddresses = 16

  func results() async -> [CheckResult] {
    let place = Peer(origin, findings.proxy)
    let tests = await tests(findings.addresses, place.port)
    if tests.contains(where: \.isConnected) { return [result(tests, place.port)] }
    if findings.proxy == nil, await probe.insecureReason(looksUpAddresses: true) != nil, let result = await plainHTTP()
    {
      return [result]
    }
    return [failure(tests, place)]
  }

  /// An insecure registry without a port in its name may have only the port of plain HTTP, and a proxy for it alone.
  private func plainHTTP() async -> CheckResult? {
    guard let place = origin.inPlainHTTP.map({ Peer($0, findings.plainProxy) }), place != Peer(origin, nil) else {
      return nil
    }
    let found = try? await NameLookup.addresses(of: HostAndPort(place.host).name, within: timeout)
    let tests = await tests(found ?? [], place.port)
    guard tests.contains(where: \.isConnected) else { return nil }
    return result(tests, place.port, through: findings.plainProxy == nil ? "" : " (the proxy for plain HTTP)")
  }

  private func tests(_ addresses: [String], _ port: Int) async -> [ConnectionTest] {
    await ConnectionTest.run(Array(addresses.prefix(Self.maximumAddresses)), port: port, within: timeout)
  }

  private func result(_ tests: [ConnectionTest], _ port: Int, through proxy: String = "") -> CheckResult {
    let fastest = tests.compactMap { test in test.duration.map { (test, $0) } }.min { $0.1 < $1.1 }
    let text = fastest.map { "\($0.0.place(port)) connected in \($0.1.inMilliseconds)\(proxy)" } ?? ""
    // A machine without IPv6 knows that at once, and uses the other addresses.
    let slow = tests.filter { !$0.isConnected && !$0.hasNoRoute }
    let details = details(tests, port)
    if slow.isEmpty { return .ok(text, details) }
    let advice =
      slow.map { "\($0.place(port)): \($0.problem)" } + ["The name has addresses that do not work: tell its owner"]
    return .warning(text, advice, details)
  }

  private func failure(_ tests: [ConnectionTest], _ place: Peer) -> CheckResult {
    let who = findings.proxy == nil ? "" : "the proxy "
    // That there is no IPv6 is not the reason if there are other addresses.
    let problem = (tests.first { !$0.hasNoRoute } ?? tests.first)?.problem ?? "it has no address"
    let text = "cannot connect to \(who)\(place.host):\(place.port): \(problem)"
    let isRefused = tests.contains(where: \.isRefused)
    let advice =
      isRefused
      ? "Check the port, and that the server is running"
      : "A firewall may drop the packets. If this network needs a proxy, set HTTPS_PROXY"
    return .failure(text, [advice], details(tests, place.port))
  }

  private func details(_ tests: [ConnectionTest], _ port: Int) -> [CheckResult.Detail] {
    let texts = tests.map { "\($0.place(port)) \($0.duration?.inMilliseconds ?? $0.problem)" }
    return [.init("connections", texts.joined(separator: ", "))]
  }
}

extension ConnectionTest {
  fileprivate var isConnected: Bool { duration != nil }
  fileprivate var duration: Duration? { try? result.get() }

  /// Empty if there is none.
  fileprivate var problem: String { error.map { "\($0)" } ?? "" }

  fileprivate func place(_ port: Int) -> String {
    address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}
