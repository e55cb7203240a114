import DockerConfig
import HTTP
import OCIRegistry

/// The TLS connection: whether the certificate is trusted, who has signed it, and when it ends.
struct TLSCheck: Sendable {
  let probe: RegistryProbe
  let findings: Findings
  let now: Timestamp

  /// In days: who renews certificates automatically does it earlier.
  private static let soon = 14

  func results() async throws -> [CheckResult] {
    do {
      let metrics = try await probe.connect(verifiesServer: true)
      return [verified(metrics)] + unusable
    } catch let error as TransportError {
      return [await failed(error)] + unusable
    }
  }

  private var unusable: [CheckResult] {
    findings.unusable.map { .warning("\($0)", ["Correct or remove it"]) }
  }

  private func verified(_ metrics: HTTPMetrics) -> CheckResult {
    let version = metrics.tls.isEmpty ? "TLS" : metrics.tls
    guard let certificate = metrics.certificate else { return .ok("\(version), the certificate is trusted") }
    let details = details(metrics)
    guard let days = certificate.daysLeft(at: now) else {
      return .ok("\(version), signed by \(certificate.issuerName)", details)
    }
    let text = "\(version), signed by \(certificate.issuerName), \(days) days left"
    if days >= Self.soon { return .ok(text, details) }
    let end = certificate.validUntil?.day ?? ""
    return .warning(text, ["The registry's owner must renew its certificate before \(end)"], details)
  }

  private func failed(_ error: TransportError) async -> CheckResult {
    let reason = await probe.insecureReason(looksUpAddresses: true)
    guard case .untrusted(_, let problem, _) = error else {
      let result = CheckResult(await probe.error(error))
      guard let reason, error.leavesPlainHTTP else { return result }
      // The server speaks TLS on this port. Plain HTTP may have another one.
      if case .tls = error {
        return .warning(result.text, result.advice + ["Plain HTTP is tried next. \(Self.permission(reason))"])
      }
      return insecure("plain HTTP, without TLS", reason)
    }
    // Nothing is sent over this connection either.
    let metrics = try? await probe.connect(verifiesServer: false)
    let details = metrics.map(details) ?? []
    if let reason {
      return insecure("\(metrics?.tls ?? "TLS"), certificate not trusted", reason, [Self.sentence(problem)], details)
    }
    let facts = [metrics?.certificate.flatMap { Self.fact(problem, $0) }].compactMap(\.self)
    return CheckResult(await probe.error(error), facts: facts, details)
  }

  /// - Parameter text: How the registry is spoken to.
  private func insecure(
    _ text: String,
    _ reason: InsecureRegistries.Reason,
    _ facts: [String] = [],
    _ details: [CheckResult.Detail] = []
  ) -> CheckResult {
    let details = details + [.init("insecure by", "\(reason)")]
    // Nobody else can read what does not leave this machine.
    if reason == .loopback { return .ok("\(text) (a loopback address)", details) }
    return .warning(
      text,
      facts + [
        Self.permission(reason),
        "Others on the network may read or change what is sent",
      ],
      details
    )
  }

  private static func permission(_ reason: InsecureRegistries.Reason) -> String {
    "Allowed by: \(reason == .requested ? "--insecure" : "\(reason)")"
  }

  private static func sentence(_ problem: TrustProblem) -> String {
    "\(problem)".prefix(1).uppercased() + "\(problem)".dropFirst()
  }

  /// What the certificate says about the problem.
  private static func fact(_ problem: TrustProblem, _ certificate: ServerCertificate) -> String? {
    switch problem {
    case .unknownAuthority: "It is signed by \(certificate.issuer)"
    case .expired: certificate.validUntil.map { "It was valid until \($0.day)" }
    case .notYetValid: certificate.validFrom.map { "It is valid from \($0.day) on" }
    case .wrongName:
      "It is for \(certificate.names.isEmpty ? certificate.subject : certificate.names.joined(separator: ", "))"
    case .other: nil
    }
  }

  private func details(_ metrics: HTTPMetrics) -> [CheckResult.Detail] {
    let certificate = metrics.certificate ?? ServerCertificate()
    let details = [
      CheckResult.Detail("version", metrics.tls), .init("address", metrics.address),
      .init("subject", certificate.subject), .init("issuer", certificate.issuer),
      .init("names", certificate.names.joined(separator: ", ")),
      .init("valid from", certificate.validFrom?.day ?? ""), .init("valid until", certificate.validUntil?.day ?? ""),
      .init("days left", certificate.daysLeft(at: now).map { "\($0)" } ?? ""),
    ]
    return details.filter { !$0.value.isEmpty }
  }
}

extension TransportError {
  /// True where an insecure registry may still answer in plain HTTP.
  fileprivate var leavesPlainHTTP: Bool {
    switch self {
    case .timedOut(_, _, let stage): stage == .connection
    case .notTLS, .cannotConnect, .cut, .tls: true
    default: false
    }
  }
}
