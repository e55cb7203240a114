import Glibc
import ManifestLists
import OCI
import OCIRegistry
import Testing

@testable import DockerConfig
@testable import docker_manifestx

@Suite struct ConsoleTests {
  @Test func quietAndDebuggingDecideWhatIsShown() throws {
    func printed(isQuiet: Bool, isDebugging: Bool) throws -> String {
      let pipe = try Pipe()
      var console = Console(Terminal(output: -1, error: pipe.writeEnd))
      console.form = isQuiet ? .quiet : .lines
      console.isDebugging = isDebugging
      console.notice("notice")
      console.progress("progress")
      console.debug("debug")
      console.warning("a\nb")
      console.progress(Table(rows: [["x"], ["y"]]))
      return pipe.contents()
    }
    #expect(try printed(isQuiet: false, isDebugging: false) == "notice\nprogress\nWARNING: a\\u{A}b\nx\ny\n")
    #expect(try printed(isQuiet: true, isDebugging: true) == "notice\nDEBUG: debug\nWARNING: a\\u{A}b\n")
  }

  @Test func waitsOfASecondAreShown() throws {
    let pipe = try Pipe()
    let console = Console(Terminal(output: -1, error: pipe.writeEnd))
    for wait in [999, 1000] {
      console.show(RegistryEvent.retrying("GET r/v2/a/manifests/v1", .status(503), wait: .milliseconds(wait)))
    }
    #expect(pipe.contents() == "retrying GET r/v2/a/manifests/v1 in 1 s: it returned 503\n")
  }

  @Test func textsOfEventsStateTheReason() {
    let entry = DaemonConfig.InsecureEntry(text: "10.0.0.0/8", file: "F")
    let allowed = "insecure connections to r are allowed: "
    let setting = "\u{201C}10.0.0.0/8\u{201D} in insecure-registries of F"
    #expect("\(RegistryEvent.mayBeInsecure(registry: "r", .setting(entry)))" == allowed + setting)
    let addresses = ["10.1.2.3", "127.0.0.1"]
    let found = InsecureRegistries.AddressReason(addresses: addresses, reasons: [.setting(entry), .loopback])
    #expect(
      "\(RegistryEvent.addressesMayBeInsecure(registry: "r", found))"
        == "\(allowed)10.1.2.3 is in \(setting), and 127.0.0.1 is a loopback address"
    )
  }

  @Test func eventsOfListsAreShown() throws {
    let pipe = try Pipe()
    let console = Console(Terminal(output: -1, error: pipe.writeEnd))
    let reference = try Reference(parsing: "r.example/a:v1")
    let name = Place.registry(reference)
    console.show(ListEvent.putting(name))
    console.show(ListEvent.put(name))
    console.show(ListEvent.alreadyThere(name))
    console.show(ListEvent.waiting(reference, timeout: .seconds(9), .notFound(reference, [])))
    console.show(ListEvent.warning(.imageReplaced(name, nil)))
    #expect(
      pipe.contents() == """
        Published r.example/a:v1
        r.example/a:v1 is already this list
        Waiting up to 9 s: r.example/a:v1 is not in the registry
        WARNING: r.example/a:v1 was a single image. The list replaces it

        """
    )
  }

  /// Longer than what one write to a pipe takes at once, so that two writers would mix without the lock.
  @Test func linesOfParallelWorkAreNotMixed() async throws {
    let pipe = try Pipe()
    let console = Console(Terminal(output: -1, error: pipe.writeEnd))
    let letters = "abcdefgh".map { String(repeating: $0, count: 20_000) }
    async let contents = pipe.readToEnd()
    await withTaskGroup(of: Void.self) { group in
      for line in letters { group.addTask { console.message(line) } }
    }
    pipe.closeWriteEnd()
    #expect(await contents.split(separator: "\n").map(String.init).sorted() == letters)
  }

  @Test("A manifest is printed byte for byte where there is no terminal")
  func rawManifest() throws {
    let pipe = try Pipe()
    let bytes = Array("{\r\"a\":\"\u{9B}\u{202E}\"}".utf8)
    try Console(Terminal(output: pipe.writeEnd, error: -1)).result(raw: bytes)
    #expect(pipe.contents() == String(decoding: bytes, as: UTF8.self))
  }

  @Test func resultThatCannotBeWrittenIsAnError() {
    let console = Console(Terminal(output: -1, error: -1))
    #expect(throws: OutputError.self) { try console.result("a") }
  }
}
