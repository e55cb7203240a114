import HTTP
import Synchronization
import TestSupport
import Testing

@testable import OCIRegistry

@Suite struct RedactionTests {
  static let urls: [(url: String, shown: String)] = [
    ("https://r.example/v2/a/manifests/v1", "https://r.example/v2/a/manifests/v1"),
    ("https://me:secret@r.example/v2/", "https://r.example/v2/"),
    ("https://me:se@cret@r.example/v2/", "https://r.example/v2/"),
    ("https://r.example/v2/a@b", "https://r.example/v2/a@b"),
    (
      "https://t.example/token?service=r&scope=repository:a:pull&account=me&token=secret",
      "https://t.example/token?service=r&scope=repository:a:pull&account=…&token=…"
    ),
    (
      "https://s.example/blob?X-Amz-Signature=secret&X-Amz-Date=2026&Scope=x",
      "https://s.example/blob?X-Amz-Signature=…&X-Amz-Date=…&Scope=…"
    ),
    ("https://s.example/blob?secret", "https://s.example/blob?…"),
    ("https://s.example/blob?\u{301}sig=secret&\u{301}a=secret", "https://s.example/blob?%CC%81sig=…&%CC%81a=…"),
    ("https://me:secret@\u{301}r.example/v2/", "https://%CC%81r.example/v2/"),
    ("https://s.example/blob?a=secret?b=secret", "https://s.example/blob?a=…"),
    ("https://s.example/blob?", "https://s.example/blob?"),
    ("", ""),
    // No URLs, but what people write into settings.
    ("https:/me:secret@mirror.example/x", "https:/mirror.example/x"),
    ("me:secret@mirror.example", "mirror.example"),
    ("//me:secret@mirror.example", "//mirror.example"),
    ("https://me:sec/ret@mirror.example/v2/", "https://mirror.example/v2/"),
    ("https://me:sec?r@e#t@mirror.example", "https://mirror.example"),
    ("me:secret\u{301}@\u{301}mirror.example", "%CC%81mirror.example"),
  ]

  @Test(arguments: urls)
  func hidesWhatMayBeSecret(url: String, shown: String) {
    #expect(redacted(url) == shown)
  }

  @Test func anExchangeIsReportedWithoutSecrets() async throws {
    let reported = Mutex<[RegistryEvent.Exchange]>([])
    let scripted = ScriptedTransport([
      .status(200, ["Set-Cookie": "secret"], body: "secret"), .failure(.unknownHost("r.example")),
    ])
    let transport = ReportingTransport(base: scripted, secrets: KnownSecrets()) { event in
      if case .exchanged(let exchange) = event { reported.withLock { $0.append(exchange) } }
    }
    let fields: HTTPFields = ["Authorization": "Bearer secret"]
    let request = HTTPRequest(.get, "https://r.example/v2/?sig=secret", fields: fields)
    _ = try await transport.send(request)
    await #expect(throws: TransportError.unknownHost("r.example")) { try await transport.send(request) }
    let exchanges = reported.withLock { $0 }
    #expect(exchanges.map(\.url) == Array(repeating: "https://r.example/v2/?sig=…", count: 2))
    #expect(exchanges.allSatisfy { $0.method == .get && !"\($0)".contains("secret") })
    let answer = try exchanges.first?.result.get()
    #expect(answer == .init(status: 200, fields: ["Set-Cookie": "***"], size: 6, metrics: HTTPMetrics()))
    #expect(throws: TransportError.unknownHost("r.example")) { try exchanges.last?.result.get() }
  }
}
