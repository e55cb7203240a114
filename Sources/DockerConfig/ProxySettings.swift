import HTTP
import LocalSystem

/// The proxy that a request is sent through: from HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, in upper or lower case,
/// by the rules of Go's tools, so that the settings mean the same here as for docker. libcurl's own rules are different:
/// it does not read HTTP_PROXY in upper case, and older versions have no address ranges in NO_PROXY.
///
/// https://pkg.go.dev/golang.org/x/net/http/httpproxy
package struct ProxySettings: Sendable {
  private let plain: Result<Proxy, SettingsError>?
  private let secure: Result<Proxy, SettingsError>?
  private let exceptions: [Exception]

  package init(_ environment: Environment) {
    let all = Self.proxy("ALL_PROXY", environment)
    plain = Self.proxy("HTTP_PROXY", environment) ?? all
    secure = Self.proxy("HTTPS_PROXY", environment) ?? all
    let list = Self.value("NO_PROXY", environment)?.value ?? ""
    exceptions = list.lowercased().split(separator: ",").compactMap { Exception(String($0)) }
  }

  /// The proxy for requests to an origin; nil for none.
  ///
  /// - Throws: `SettingsError` if the value of the variable for this origin is not a proxy: the request must not go around
  ///   it. The error does not contain the value, which may contain a password.
  package func proxy(for origin: Origin) throws(SettingsError) -> Proxy? {
    try isException(origin) ? nil : (origin.isSecure ? secure : plain)?.get()
  }

  /// True if requests to an origin never use a proxy: a loopback address, or what NO_PROXY names.
  package func isException(_ origin: Origin) -> Bool {
    let host = HostAndPort(origin.host).name
    let address = IPAddress(host)
    if host == "localhost" || address?.isLoopback == true { return true }
    return exceptions.contains { $0.covers(host, address, origin.port) }
  }

  /// True if NO_PROXY contains `*`: no request uses a proxy.
  package var areUnused: Bool {
    exceptions.contains { if case .everything = $0 { true } else { false } }
  }

  private static func value(_ name: String, _ environment: Environment) -> (name: String, value: String)? {
    [name, name.lowercased()].lazy.compactMap { name in environment[name].map { (name, $0) } }.first
  }

  private static func proxy(_ name: String, _ environment: Environment) -> Result<Proxy, SettingsError>? {
    guard let (name, value) = value(name, environment) else { return nil }
    if let proxy = Proxy(value, from: name) { return .success(proxy) }
    let isASCII = value.utf8.allSatisfy { $0 < 0x80 }
    let problem =
      "must be the URL of a proxy, such as http://proxy.example.com:3128"
      + (isASCII ? "" : ", with a host in ASCII (write other names as xn--\u{2026})")
    return .failure(SettingsError(path: name, reason: .value(path: "its value", problem: problem)))
  }
}

/// One entry of NO_PROXY.
private enum Exception: Sendable {
  case everything
  case range(AddressRange)
  case address(IPAddress, port: Int?)
  /// `suffix` begins with a dot. `includesItself`: the name without the dot is covered as well.
  case domain(suffix: String, includesItself: Bool, port: Int?)

  /// Nil if the entry is empty or invalid. Two names with a blank between them are no name, as in Go.
  init?(_ entry: String) {
    let words = entry.split { $0 == " " || $0 == "\t" }
    guard words.count == 1 else { return nil }
    let text = words[0]
    if text == "*" {
      self = .everything
      return
    }
    if let range = AddressRange(String(text)) {
      self = .range(range)
      return
    }
    if let address = IPAddress(String(text)) {
      self = .address(address, port: nil)
      return
    }
    let place = HostAndPort(text)
    // With a port, an IPv6 address has brackets.
    if place.host.contains(":"), place.host == place.name { return nil }
    let port = place.port.flatMap { Int($0) }
    // Go compares texts, and takes an empty one for any port.
    if let text = place.port, !text.isEmpty, port.map(String.init) != String(text) { return nil }
    if let address = IPAddress(place.name) {
      self = .address(address, port: port)
      return
    }
    let name = place.host.hasPrefix("*.") ? place.host.dropFirst() : place.host[...]
    guard !name.isEmpty, name != "." else { return nil }
    let isSuffix = name.hasPrefix(".")
    self = .domain(suffix: isSuffix ? String(name) : ".\(name)", includesItself: !isSuffix, port: port)
  }

  func covers(_ host: String, _ address: IPAddress?, _ port: Int) -> Bool {
    switch self {
    case .everything: true
    case .range(let range): address.map(range.contains) ?? false
    case .address(let other, let only): address == other && (only ?? port) == port
    case .domain(let suffix, let includesItself, let only):
      (host.hasSuffix(suffix) || (includesItself && host == suffix.dropFirst())) && (only ?? port) == port
    }
  }
}
