import OCI

/// Which of a list's sources exist, and what they refer to.
typealias SourceDigests = [Place: Digest]
