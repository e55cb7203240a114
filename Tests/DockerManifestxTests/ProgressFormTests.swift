import JSON
import ManifestLists
import OCI
import TestSupport
import Testing
import Transfer

@testable import docker_manifestx

@Suite struct ProgressFormTests {
  static let forms: [(ProgressMode, isTerminal: Bool, term: String?, ProgressForm?)] = [
    (.auto, true, "xterm", .region), (.auto, true, "dumb", .lines), (.auto, true, nil, .lines),
    (.auto, false, "xterm", .lines), (.tty, true, "dumb", .region), (.tty, false, "xterm", nil),
    (.plain, true, "xterm", .lines), (.quiet, true, "xterm", .quiet), (.rawjson, true, "xterm", .json),
  ]

  @Test(arguments: forms)
  func choice(mode: ProgressMode, isTerminal: Bool, term: String?, form: ProgressForm?) {
    #expect(mode.form(isTerminal: isTerminal, terminalName: term) == form)
  }

  private let clock = StoppedClock()

  /// What a copy of three blobs prints, one of which is large.
  private func printed(_ form: ProgressForm) throws -> String {
    let pipe = try Pipe()
    var console = Console(Terminal(output: -1, error: pipe.writeEnd))
    (console.form, console.live) = (form, LiveProgress(clock))
    let target = Place.registry(try Reference(parsing: "r.example/a:v1"))
    let blobs = try [20_000_000, 300, 200].map { (size: Int64) in
      Descriptor(mediaType: .ociConfig, size: size, digest: try Digest(of: Array("\(size)".utf8)))
    }
    func show(_ event: TransferEvent, after duration: Duration = .zero) {
      clock.advance(by: duration)
      console.show(.transfer(target.store, event))
      console.refresh()
    }
    show(.planned(blobs))
    show(.finished(blobs[2], .mounted))
    for _ in 1...4 { show(.moved(blobs[0], bytes: 4_000_000), after: .seconds(2)) }
    show(.finished(blobs[0], .copied), after: .seconds(1))
    show(.finished(blobs[1], .present))
    show(.completed)
    console.show(.putting(target))
    console.show(.put(target))
    console.show(.warning(.imageReplaced(target, nil)))
    console.error(PublishArgumentError.listHasDigest("a"))
    return pipe.contents()
  }

  @Test func lines() throws {
    #expect(
      try printed(.lines) == """
        Copying 3 blobs (20MB) to r.example/a
        Copying to r.example/a: 1 of 3 blobs, 12MB of 20MB, 3MB/s, 3 s left
        Copied \(Digest(of: Array("20000000".utf8)).short) (20MB) to r.example/a
        Copied 1 blob (20MB) to r.example/a in 9.0 s; 1 was mounted; 1 was there already
        Published r.example/a:v1
        WARNING: r.example/a:v1 was a single image. The list replaces it
        ERROR: a has a digest. The digest of a list is computed when it is published: use NAME or NAME:TAG

        """
    )
  }

  @Test func quiet() throws {
    #expect(try printed(.quiet).split(separator: "\n").map { $0.prefix(6) } == ["WARNIN", "ERROR:"])
  }

  @Test func json() throws {
    let objects = try printed(.json).split(separator: "\n").map { try JSONNode(JSONValue(decoding: Array($0.utf8))) }
    let events = try objects.map { try $0.required("event").string() }
    let copying = ["copying", "blob-finished"] + Array(repeating: "blob-progress", count: 4)
    let end = ["blob-finished", "blob-finished", "copied", "publishing", "published", "warning", "error"]
    #expect(events == copying + end)
    func text(_ index: Int) -> String {
      guard case .object(let members) = objects[index].value else { return "" }
      return String(decoding: JSONValue.object(members.filter { $0.name != "time" }).encoded(), as: UTF8.self)
    }
    let large = "sha256:\(try Digest(of: Array("20000000".utf8)).hex)"
    #expect(text(0) == #"{"event":"copying","repository":"r.example/a","blobs":3,"size":20000500}"#)
    let place = #""repository":"r.example/a","digest":"\#(large)","size":20000000"#
    #expect(text(3) == #"{"event":"blob-progress",\#(place),"moved":8000000}"#)
    #expect(text(6) == #"{"event":"blob-finished",\#(place),"outcome":"copied"}"#)
    #expect(
      text(8)
        == #"{"event":"copied","repository":"r.example/a","copied":1,"mounted":1,"present":1,"moved":20000000,"seconds":9.0}"#
    )
    #expect(text(10) == #"{"event":"published","name":"r.example/a:v1"}"#)
    #expect(text(11).hasSuffix(#""message":"r.example/a:v1 was a single image. The list replaces it"}"#))
    for object in objects {
      #expect(try object.required("time").string().wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }
  }

  @Test func jsonShowsNoSecretAndNoControlCharacter() throws {
    let pipe = try Pipe()
    var console = Console(Terminal(output: -1, error: pipe.writeEnd))
    console.form = .json
    console.secrets.add(username: "user", password: "geheimnis")
    console.notice("geheimnis\u{9B}\n")
    console.last("Nothing was published.\n")
    let printed = pipe.contents()
    #expect(!printed.contains("geheimnis") && printed.contains("***"))
    #expect(printed.unicodeScalars.allSatisfy { $0 == "\n" || (32..<127).contains($0.value) })
    #expect(
      printed.split(separator: "\n").last?.hasSuffix(#""event":"interrupted","message":"Nothing was published."}"#)
        == true
    )
  }
}
