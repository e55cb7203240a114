import Glibc
import LocalSystem
import OCI
import TestSupport
import Testing

@testable import docker_manifestx

@Suite struct EngineTests {
  static let outputs: [(pieces: [String], lines: [String])] = [
    (["one\ntwo\n"], ["one", "two"]), (["on", "e\nt", "wo"], ["one", "two"]),
    (["one\r\ntwo\rthree"], ["one", "two", "three"]),
    (["\n \n\r\n"], []), ([], []), (["\u{1B}[2K\u{1B}[1;31mred\u{1B}[0m\u{1B}[A\n"], ["red"]), (["\u{1B}[0m\n"], []),
    // Only sequences of this kind are left out; what is left is made visible where it is printed.
    (["\u{1B}]0;title\u{7}x\n"], ["\u{1B}]0;title\u{7}x"]), (["cut \u{1B}[", "31"], ["cut "]),
    ([String(repeating: "a", count: 5000) + "\nb\n"], [String(repeating: "a", count: 4096), "b"]),
  ]

  @Test(arguments: outputs)
  func outputIsDividedIntoLines(pieces: [String], lines: [String]) {
    var output = EngineOutput()
    #expect(pieces.flatMap { output.lines($0.utf8) } + output.end() == lines)
    #expect(output.end() == [])
  }

  static let kinds: [(version: String, program: String, kind: ContainerEngine.Kind)] = [
    ("Docker version 28.2.2, build e6534b4", "docker", .docker), ("podman version 5.4.0", "docker", .podman),
    ("podman-remote version 5.4.0", "my-engine", .podman), ("nerdctl version 2.1.2", "docker", .nerdctl),
    ("docker version 4.3.1", "/home/me/bin/docker", .podman), ("nerdctl version 2.1.2", "nerdctl", .nerdctl),
    ("finch version v1.8.0", "finch", .docker),
    ("", "/opt/podman/bin/nerdctl", .nerdctl), ("", "podman", .podman), ("something else 1.0", "podman", .docker),
  ]

  @Test(arguments: kinds)
  func anEngineIsKnownByItsVersion(version: String, program: String, kind: ContainerEngine.Kind) {
    #expect(ContainerEngine.Kind(version: version, program) == kind)
  }

  static let settings: [(words: [String], engine: String?, programs: [String], options: [String])] = [
    ([], nil, ["docker", "podman", "nerdctl"], []), ([], "my-engine", ["my-engine"], []),
    (["-Htcp://h:1"], nil, ["docker"], ["--host=tcp://h:1"]),
    (
      ["-c", "ctx", "--tls", "--tlsverify=0"], "podman", ["podman"],
      ["--context=ctx", "--tls=true", "--tlsverify=false"]
    ),
    (["-D", "-l", "info"], "", ["docker", "podman", "nerdctl"], []),
  ]

  @Test(arguments: settings)
  func theUserChoosesTheEngine(words: [String], engine: String?, programs: [String], options: [String]) throws {
    let variables = engine.map { ["MANIFESTX_ENGINE": $0] } ?? [:]
    let settings = EngineSettings(try PluginInvocation(words + ["manifestx", "publish"]), Environment(variables))
    #expect(settings.programs == programs)
    #expect(settings.dockerOptions == options)
  }

  /// podman fails if the variable is set, and the file is missing.
  @Test(
    arguments: [
      (.docker, "--config=none", "", "DOCKER_CONFIG=none "), (.nerdctl, "--config=none", "", "DOCKER_CONFIG=none "),
      (.podman, "--config=none", "", ""), (.podman, "--config=none", "full", "env -u DOCKER_CONFIG "),
      (.podman, "--config=full", "none", "DOCKER_CONFIG=full "), (.podman, "-D", "none", "env -u DOCKER_CONFIG "),
      (.podman, "-D", "full", ""), (.docker, "-D", "none", ""), (.podman, "-D", "", ""),
    ] as [(ContainerEngine.Kind, String, String, String)]
  )
  func anEngineGetsADirectoryThatItCanUse(
    kind: ContainerEngine.Kind,
    option: String,
    inherited: String,
    words: String
  ) throws {
    let directory = try TemporaryDirectory(["full/config.json": "{}"])
    func place(_ text: String) -> String {
      text.replacing("full", with: "\(directory.path)/full").replacing("none", with: "\(directory.path)/none")
    }
    let settings = EngineSettings(
      try PluginInvocation([place(option), "manifestx"]),
      Environment(["DOCKER_CONFIG": place(inherited)])
    )
    let engine = ContainerEngine(program: "engine", kind: kind, settings: settings)
    let command = engine.command(pushing: try Reference(parsing: "r.example/a:v1"), isInsecure: false)
    #expect(command == place(words) + "engine push r.example/a:v1")
    #expect((engine.variables["DOCKER_CONFIG"] != nil) == !words.isEmpty)
    #expect(engine.variables["DOCKER_CLI_HOOKS"] == "false")
  }

  @Test func theCommandOfAPushIsWhole() throws {
    let image = try Reference(parsing: "r.example/a:v1")
    func command(_ kind: ContainerEngine.Kind, _ words: String...) throws -> String {
      let settings = EngineSettings(try PluginInvocation(words + ["manifestx"]), [:])
      return ContainerEngine(program: "a b", kind: kind, settings: settings).command(pushing: image, isInsecure: true)
    }
    #expect(try command(.podman) == "'a b' push --tls-verify=false r.example/a:v1")
    #expect(try command(.nerdctl) == "'a b' --insecure-registry push r.example/a:v1")
    #expect(try command(.docker, "-c", "ctx") == "'a b' --context=ctx push r.example/a:v1")
  }

  @Test func pushesAreShownWhereTheyTakeLong() throws {
    let clock = StoppedClock()
    let live = LiveProgress(clock)
    let (one, two) = (try Reference(parsing: "r.example/a:v1"), try Reference(parsing: "r.example/a:v2"))
    #expect(live.note(.began(one, engine: "docker")) == nil)
    clock.advance(by: .milliseconds(1600))
    #expect(live.note(.began(two, engine: "docker")) == nil)
    #expect(live.note(.printed(one, "layer\u{1B}")) == nil)
    let line = #"Pushing r.example/a:v1 with docker, 2 s: layer\u{1B}"#
    #expect(live.lines(width: 79, height: 9) == [line])
    #expect(live.lines(width: 9, height: 9) == ["Pushing r"])
    clock.advance(by: .milliseconds(500))
    #expect(live.lines(width: 79, height: 9) == [line, "Pushing r.example/a:v2 with docker, 1 s"])
    #expect(live.lines(width: 79, height: 1) == ["Pushing r.example/a:v2 with docker, 1 s"])
    #expect(live.pushes(every: .seconds(2))?.pushes.running.count == 2)
    #expect(live.pushes(every: .seconds(2)) == nil)
    #expect(live.note(.ended(one, isPushed: true)) == .milliseconds(2100))
    #expect(live.note(.ended(two, isPushed: false)) == .milliseconds(500))
    #expect(live.lines(width: 79, height: 9) == [])
    clock.advance(by: .seconds(9))
    #expect(live.pushes(every: .seconds(2)) == nil)
  }

  private func shell(_ script: String) -> EngineProcess { EngineProcess(program: "sh", arguments: ["-c", script]) }

  @Test("What an engine prints is kept within bounds") func manyLines() async throws {
    let (status, lines) = try await shell("seq 30000; echo last").collect()
    #expect(status.isSuccess && lines.count == 10_000)
    #expect(lines.first == "1" && lines.last == "last")
  }

  @Test("An engine that does not answer is ended") func noAnswer() async throws {
    let error = await #expect(throws: EngineStartError.self) {
      try await shell("echo begin; exec sleep 60").collect(timeout: .seconds(1))
    }
    #expect(error?.text("sh") == "sh -c echo begin; exec sleep 60 took longer than 1 s")
  }

  static let others: [(script: String, problem: String)] = [
    ("\u{7f}ELF", " cannot be run: "),
    (
      "#!/bin/sh\ncase $* in --version) echo Docker ;; *) echo refused >&2; exit 1 ;; esac",
      " image inspect r.example/a:v1: refused"
    ),
  ]

  /// It is not the one that the user set.
  @Test(arguments: others)
  func anEngineThatCannotBeAskedIsPassedOver(script: String, problem: String) async throws {
    let directory = try TemporaryDirectory([
      "docker": script, "podman": "#!/bin/sh\n[ $1 != --version ] || echo podman", "nerdctl": "#!/bin/sh\nexit 3",
    ])
    let programs = ["docker", "podman", "nerdctl"].map { "\(directory.path)/\($0)" }
    programs.forEach { chmod($0, 0o755) }
    var settings = EngineSettings(try PluginInvocation([]), [:])
    let images = [try Reference(parsing: "r.example/a:v1")]
    settings.programs = programs
    #expect(try await EngineSearch(settings: settings).engine(with: images).program == programs[1])
    settings.programs = [programs[0], programs[2]]
    let two = await #expect(throws: EngineError.self) {
      try await EngineSearch(settings: settings).engine(with: images)
    }
    let lines = "\(two?.advice ?? "")".split(separator: "\n")
    #expect(lines.first?.hasPrefix(programs[0] + problem) == true)
    #expect(lines.dropFirst().first?.hasPrefix("\(programs[2]) image inspect") == true)
  }

  @Test("A process that the engine leaves behind is not waited for", .timeLimit(.minutes(1)))
  func leftBehind() async throws {
    let (status, lines) = try await shell("(while sleep 0.05; do echo more; done) & echo done").collect()
    #expect(status.isSuccess && lines.contains("done"))
  }

  @Test func theHintFitsWhatTheEngineSaid() throws {
    func advice(_ output: String, _ version: String, _ host: String = "r.example") throws -> String? {
      let engine = ContainerEngine(
        program: "engine",
        kind: .init(version: version, ""),
        settings: EngineSettings(try PluginInvocation([]), [:])
      )
      let image = try Reference(parsing: "\(host)/a:v1")
      return PushError(image: image, engine: engine, isInsecure: false, status: "exit status 1", output: [output])
        .advice
    }
    #expect(try advice("Denied: x", "docker") == "Denied: x\nTo log in: docker login r.example")
    #expect(try advice("unauthorized", "docker", "docker.io") == "unauthorized\nTo log in: docker login")
    #expect(
      try advice("unauthorized", "podman") == """
        unauthorized
        To log in: docker login r.example
        podman uses its own credentials first: podman login r.example
        """
    )
    let setting = "add “r.example” to insecure-registries in /etc/docker/daemon.json"
    let insecure = "x509: unknown\nTo allow plain HTTP and any certificate: \(setting)"
    #expect(try advice("x509: unknown", "docker") == "\(insecure), and restart docker's engine")
    #expect(try advice("x509: unknown", "nerdctl") == "\(insecure), or pass --insecure")
    #expect(
      try advice("out of \u{7}space", "docker") == "out of \\u{7}space\nTo try it alone: engine push r.example/a:v1"
    )
  }
}
