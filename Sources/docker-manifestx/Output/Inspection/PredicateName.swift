/// What an attestation states, for people: `provenance (SLSA v1)`, `SBOM (SPDX)`. Kinds that are not known here are shown as
/// the URI that they have.
///
/// https://github.com/in-toto/attestation/tree/main/spec/predicates
struct PredicateName: CustomStringConvertible {
  /// A URI.
  let type: String

  var description: String {
    let slsa = "https://slsa.dev/provenance/"
    if type.hasPrefix(slsa) { return "provenance (SLSA \(type.dropFirst(slsa.count)))" }
    let kinds = [
      "https://spdx.dev/Document": "SBOM (SPDX)", "https://cyclonedx.org/bom": "SBOM (CycloneDX)",
      "https://slsa.dev/verification_summary/": "verification summary (SLSA)",
      "https://in-toto.io/attestation/vulns": "vulnerability scan", "https://openvex.dev/ns": "VEX (OpenVEX)",
      "https://in-toto.io/attestation/link/": "in-toto link",
    ]
    return kinds.first { type.hasPrefix($0.key) }?.value ?? type
  }
}
