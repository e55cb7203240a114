import HTTP
import LocalSystem
import Testing

@testable import DockerConfig

@Suite struct ProxySettingsTests {
  static let proxies = [
    "HTTP_PROXY": "http://plain.example:1", "https_proxy": "secure.example:2", "ALL_PROXY": "socks5://all.example:3",
  ]

  /// Which of the proxies above, if any; `noProxy` is the value of NO_PROXY.
  static let cases: [(noProxy: String, url: String, proxy: String?)] = [
    ("", "http://r.example/v2/", "http://plain.example:1"),
    ("", "https://r.example/v2/", "http://secure.example:2"),
    ("", "https://localhost/", nil),
    ("", "https://127.0.0.1:5000/", nil),
    ("", "http://[::1]:5000/", nil),
    ("*", "https://r.example/", nil),
    ("r.example", "https://r.example/", nil),
    ("r.example", "https://sub.r.example/", nil),
    ("r.example", "https://bar.example/", "http://secure.example:2"),
    (".r.example", "https://sub.r.example/", nil),
    (".r.example", "https://r.example/", "http://secure.example:2"),
    ("*.r.example", "https://sub.r.example/", nil),
    ("R.Example:443", "https://r.example/", nil),
    ("r.example:", "https://r.example:5000/", nil),
    ("10.1.2.3:", "https://10.1.2.3/", nil),
    ("[2001:db8::1]:", "https://[2001:db8::1]/", nil),
    ("2001:db8::1:", "https://[2001:db8::1]/", "http://secure.example:2"),
    ("r.example:5000", "https://r.example/", "http://secure.example:2"),
    ("r.example:5000", "https://r.example:5000/", nil),
    ("a.example, r.example ,b.example", "https://r.example/", nil),
    ("10.0.0.0/8", "https://10.1.2.3/", nil),
    ("10.0.0.0/8", "https://11.1.2.3/", "http://secure.example:2"),
    ("10.1.2.3", "https://10.1.2.3:8443/", nil),
    ("10.1.2.3:443", "https://10.1.2.3:8443/", "http://secure.example:2"),
    ("2001:db8::/32", "https://[2001:db8::1]/", nil),
    ("[2001:db8::1]:443", "https://[2001:db8::1]/", nil),
    ("r.example b.example", "https://r.example/", "http://secure.example:2"),
    ("r.example:0443", "https://r.example/", "http://secure.example:2"),
    (",,", "https://r.example/", "http://secure.example:2"),
  ]

  @Test(arguments: cases)
  func followsTheRulesOfGo(noProxy: String, url: String, proxy: String?) throws {
    let settings = ProxySettings(Environment(Self.proxies.merging(["NO_PROXY": noProxy]) { $1 }))
    let origin = try #require(Origin(url: url))
    #expect(try settings.proxy(for: origin)?.url == proxy)
  }

  @Test func allProxyIsUsedForASchemeWithoutItsOwn() throws {
    let settings = ProxySettings(["all_proxy": "all.example:3", "HTTPS_PROXY": "secure.example:2"])
    #expect(try settings.proxy(for: #require(Origin(url: "http://r.example/")))?.url == "http://all.example:3")
    #expect(try settings.proxy(for: #require(Origin(url: "https://r.example/")))?.url == "http://secure.example:2")
  }

  /// Only where it is needed, and then the request does not go around the proxy.
  @Test func aBrokenValueIsNamedAndNotShown() throws {
    let settings = ProxySettings(["https_proxy": "ftp://me:geheim@p.example", "NO_PROXY": "other.example"])
    #expect(try settings.proxy(for: #require(Origin(url: "http://r.example/"))) == nil)
    #expect(try settings.proxy(for: #require(Origin(url: "https://other.example/"))) == nil)
    let origin = try #require(Origin(url: "https://r.example/"))
    let text = try #require(#expect(throws: SettingsError.self) { try settings.proxy(for: origin) }).description
    #expect(text.contains("https_proxy"))
    #expect(!text.contains("geheim"))
  }

  @Test func aHostOutsideASCIIIsNamedAsTheReason() throws {
    let settings = ProxySettings(["HTTPS_PROXY": "http://\u{fc}.example:1"])
    let origin = try #require(Origin(url: "https://r.example/"))
    let text = try #require(#expect(throws: SettingsError.self) { try settings.proxy(for: origin) }).description
    #expect(text.hasPrefix("HTTPS_PROXY: its value must be ") && text.contains("a host in ASCII"))
  }
}
