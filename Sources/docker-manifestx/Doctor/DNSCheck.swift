import DockerConfig
import HTTP
import LocalSystem

/// The addresses of the registry, or of the proxy, which looks up the registry's name itself.
struct DNSCheck: Sendable {
  let origin: Origin
  let findings: Findings
  let timeout: Duration

  func results() async -> [CheckResult] {
    let host = HostAndPort(Peer(origin, findings.proxy).host).name
    if NameLookup.isAddress(host) {
      findings.addresses = [host]
      return [.ok("not needed: \(host) is an address")]
    }
    do {
      let addresses = try await NameLookup.addresses(of: host, within: timeout)
      findings.addresses = addresses
      let shown = addresses.prefix(2).joined(separator: ", ") + (addresses.count > 2 ? ", …" : "")
      return [.ok("\(host): \(shown)", [.init("addresses", addresses.joined(separator: ", "))])]
    } catch {
      let who = findings.proxy == nil ? "" : " of the proxy"
      let advice = "Check the name, and the name servers of this machine (/etc/resolv.conf)"
      return [.failure("cannot resolve the host name \(host)\(who): \(error)", [advice])]
    }
  }
}

extension Origin {
  /// The same host in plain HTTP, on the port that its name has.
  var inPlainHTTP: Origin? { Origin(url: "http://\(self)") }
}

/// What a connection is made to.
struct Peer: Equatable {
  let host: String
  let port: Int

  init(_ origin: Origin, _ proxy: Proxy?) {
    guard let proxy else {
      (host, port) = (origin.host, origin.port)
      return
    }
    let scheme = proxy.url.firstRange(of: "://").map { $0.upperBound } ?? proxy.url.startIndex
    let place = HostAndPort(proxy.url[scheme...])
    host = place.host
    port = place.port.flatMap { Int($0) } ?? proxy.defaultPort
  }
}
