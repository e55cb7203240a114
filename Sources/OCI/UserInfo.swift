extension String {
  /// `NAME:PASSWORD` of `https://NAME:PASSWORD@HOST/…`, which no name of an image has, also without the scheme; nil where there
  /// is none. A password can have a slash. What follows a host and a slash is a path, and what follows the @ may be a digest.
  package var userInfo: Range<Index>? {
    // Without the scheme, its slashes may be left.
    let scheme = hasPrefix("//") ? firstRange(of: "//") : firstRange(of: "://")
    let start = scheme?.upperBound ?? startIndex
    let digests = ["sha256:", "sha384:", "sha512:"]
    let signs = self[start...].indices.filter { self[$0] == "@" }
    let ends = signs.filter { sign in !digests.contains { self[index(after: sign)...].hasPrefix($0) } }
    // A few are enough: this bounds the work.
    let end = ends.suffix(8).last { isUser(before: $0, from: start, hasScheme: scheme != nil) }
    return end.map { start..<$0 }
  }

  private func isUser(before at: Index, from start: Index, hasScheme: Bool) -> Bool {
    let (before, after) = (self[start..<at], self[index(after: at)...])
    let (first, host) = (before.prefix { $0 != "/" }, after.prefix { !"/:".contains($0) })
    if first.count < before.count, first.isHost, !(first.hasPort && host.isHost && after.contains("/")) { return false }
    // A path of this machine has no host.
    let isName = !first.isEmpty && first != "." && first != ".." && first != "~"
    let hasPassword = first.contains(":")
    return hasScheme || isName && (hasPassword || !before.contains("/")) && after.contains("/")
      || isName && hasPassword && (host.isHost || after.isHost)
  }
}

extension Substring {
  /// `registry.example.com`, `localhost`, `registry:5000`.
  fileprivate var isHost: Bool { contains(":") ? hasPort : contains(".") || self == "localhost" }

  fileprivate var hasPort: Bool {
    let parts = split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty else { return false }
    return parts[1].utf8.allSatisfy(\.isDigit)
  }
}
