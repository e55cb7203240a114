import OCIRegistry

/// The registry's API: whether it answers, in which version of HTTP, and how fast.
struct HTTPCheck: Sendable {
  let probe: RegistryProbe
  let findings: Findings

  func results() async throws -> [CheckResult] {
    let answer = try await probe.answerOfAPI()
    findings.answer = answer
    findings.note(answer.response)
    let metrics = answer.response.metrics
    let details = [
      CheckResult.Detail("status", "\(answer.response.status)"), .init("version", metrics.version),
      .init("server", answer.response.fields["Server"] ?? ""),
    ].filter { !$0.value.isEmpty }
    do { try answer.check(probe.registry) } catch RegistryError.malformedAnswer {
      let advice = "Check the name and the port. In some networks, all servers seem to answer with a page to log in"
      return [.failure("/v2/ returned a web page, not the answer of a registry", [advice], details)]
    } catch { return [CheckResult(error, details)] }
    let text = "\(metrics.version), /v2/ returned \(answer.response.status) in \(metrics.duration.inMilliseconds)"
    return [.ok(text, details)]
  }
}
