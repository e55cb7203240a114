import JSON
import OCIRegistry
import Synchronization
import Testing

@testable import docker_manifestx

@Suite struct CheckRunTests {
  private struct Broken: Error, CustomStringConvertible {
    let description = "it is broken"
  }

  @Test func skipsWhatDependsOnAFailure() async throws {
    let run = CheckRun(limit: .seconds(5)) { _ in }
    try await run.run([
      CheckStep(.proxy) { [.warning("odd", ["do this"])] },
      CheckStep(.dns, needs: [.proxy]) { throw Broken() },
      CheckStep(.tcp, needs: [.dns]) { [.ok("never")] },
      CheckStep(.tls, needs: [.tcp]) { [.ok("never")] },
      CheckStep(.clock) { [.ok("same"), .ok("again")] },
    ])
    #expect(run.finished.map(\.name) == [.proxy, .dns, .tcp, .tls, .clock, .clock])
    #expect(run.finished.map(\.result.state) == [.warning, .failure, .skipped, .skipped, .ok, .ok])
    #expect(run.finished[1].result.text == "it is broken")
    #expect(run.finished[3].result.text == "not checked: DNS failed")
    #expect(FailedChecks(run.finished)?.names == [.dns])
    #expect(run.finished.worst == .failure)
    #expect(run.current == nil)
  }

  @Test func aCheckThatTakesTooLongFails() async throws {
    let run = CheckRun(limit: .milliseconds(10), grace: .milliseconds(10)) { _ in }
    try await run.run([
      CheckStep(.credentials) {
        try await Task.sleep(for: .seconds(60))
        return [.ok("late")]
      },
      CheckStep(.clock) { [.ok("same")] },
    ])
    #expect(run.finished.map(\.result.state) == [.failure, .ok])
    #expect(run.finished[0].result.text == "no result within 10 ms")
    #expect(run.finished[0].result.advice == ["To wait longer: --timeout DURATION"])
  }

  static let checks = [
    FinishedCheck(name: .docker, result: .ok("28.2.2, /home/me/bin/docker", [.init("path", "/home/me/bin/docker")])),
    FinishedCheck(
      name: .tls,
      result: .warning("ends\nsoon", ["renew it in /home/me/\u{1B}[31m"], [.init("valid until", "2026-12-01")])
    ),
  ]

  private func report(isVerbose: Bool = false) throws -> CheckReport {
    let target = try DoctorTarget(parsing: "harbor.example.com/test/app:v1")
    return CheckReport(target: target, isVerbose: isVerbose, secrets: KnownSecrets(), home: "/home/me")
  }

  @Test func eachCheckIsOneLine() throws {
    let report = try report()
    #expect(report.text(Self.checks[0]) == "ok       docker       28.2.2, ~/bin/docker")
    #expect(
      report.text(Self.checks[1]) == """
        warning  TLS          ends\\u{A}soon
                 renew it in /home/me/\\u{1B}[31m
        """
    )
  }

  @Test func detailsAreShownOnRequest() throws {
    let lines = try report(isVerbose: true).text(Self.checks[0]).split(separator: "\n")
    #expect(lines == ["ok       docker       28.2.2, ~/bin/docker", "         path: /home/me/bin/docker"])
  }

  @Test func reportForProgramsHasAVersion() throws {
    let node = JSONNode(try JSONValue(decoding: report().json(Self.checks, isComplete: false)))
    #expect(try node.required("formatVersion").integer() == 1)
    #expect(try node.required("registry").string() == "harbor.example.com")
    #expect(try node.required("name").string() == "harbor.example.com/test/app:v1")
    #expect(try node.required("complete").value == .bool(false))
    #expect(try node.required("result").string() == "warning")
    let checks = try node.required("checks").array()
    #expect(try checks.map { try $0.required("name").string() } == ["docker", "TLS"])
    #expect(try checks[1].required("details").required("validUntil").string() == "2026-12-01")
    #expect(try checks[1].required("advice").strings() == ["renew it in /home/me/\\u{1B}[31m"])
  }
}
