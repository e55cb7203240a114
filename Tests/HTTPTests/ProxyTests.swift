import HTTP
import Testing

@Suite struct ProxyTests {
  static let values: [(value: String, url: String?, username: String?, password: String?)] = [
    ("http://proxy.example:3128", "http://proxy.example:3128", nil, nil),
    ("proxy.example:3128", "http://proxy.example:3128", nil, nil),
    ("HTTPS://proxy.example/", "https://proxy.example", nil, nil),
    ("socks5://proxy.example:1080", "socks5h://proxy.example:1080", nil, nil),
    ("http://me:s%40cr%3At@[2001:db8::1]:3128", "http://[2001:db8::1]:3128", "me", "s@cr:t"),
    ("me@proxy.example", "http://proxy.example", "me", ""),
    ("http://a:b@c@proxy.example", "http://proxy.example", "a", "b@c"),
    ("http://a:s#cr/t?@proxy.example:3128/x", "http://proxy.example:3128", "a", "s#cr/t?"),
    ("a:#@proxy.example", "http://proxy.example", "a", "#"),
    // A combining character hides no delimiter.
    ("http://me:secret@\u{301}proxy.example", nil, nil, nil),
    ("http://\u{fc}.example:1", nil, nil, nil),
    ("me:\u{301}secret\u{301}@proxy.example/\u{301}x", "http://proxy.example", "me", "\u{301}secret\u{301}"),
    ("ftp://proxy.example", nil, nil, nil),
    ("http://", nil, nil, nil),
    (":3128", nil, nil, nil),
    // The host is missing, or the @ is encoded: the "port" is the password.
    ("http://me:geheim", nil, nil, nil),
    ("http://me:geheim%40proxy.example:3128", nil, nil, nil),
    ("http://me:%67eheim@proxy.example:+80", nil, nil, nil),
    ("proxy.example:65536", nil, nil, nil),
    ("http://proxy example:3128", nil, nil, nil),
    ("http://proxy.example:", "http://proxy.example:", nil, nil),
    ("http://[fe80::1%25eth0]:3128", "http://[fe80::1%25eth0]:3128", nil, nil),
  ]

  @Test(arguments: values)
  func readsWhatVariablesHold(value: String, url: String?, username: String?, password: String?) {
    let proxy = Proxy(value, from: "HTTPS_PROXY")
    #expect(proxy?.url == url)
    #expect(proxy?.credential?.username == username)
    #expect(proxy?.credential?.password == password)
  }

  @Test func isNeverPrintedWithItsPassword() throws {
    let proxy = try #require(Proxy("http://me:geheim@proxy.example", from: "HTTPS_PROXY"))
    var dumped = ""
    dump(proxy, to: &dumped)
    for text in ["\(proxy)", String(reflecting: proxy), dumped] { #expect(!text.contains("geheim")) }
  }
}
