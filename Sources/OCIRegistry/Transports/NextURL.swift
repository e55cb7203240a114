import HTTP

/// The URL that a redirect, or the `Location` of an upload, leads to.
///
/// - Parameter allowsPlainHTTP: True for a URL where the user allowed plain HTTP; otherwise nothing leads from `https` to
///   `http`.
/// - Throws: `RegistryError.redirect` if a request must not be sent there.
func nextURL(
  from url: String,
  to reference: String,
  allowsPlainHTTP: (_ url: String) async -> Bool
) async throws(RegistryError) -> String {
  let next = reference.isEmpty ? "" : resolved(reference, against: url)
  guard let from = Origin(url: url), let to = Origin(url: next) else {
    throw .redirect(from: url, to: next, "which is not an http or https address")
  }
  if from.isSecure, !to.isSecure, await !allowsPlainHTTP(next) {
    throw .redirect(from: url, to: next, "which is plain HTTP")
  }
  return next
}

/// An absolute URL of a reference that may be relative (RFC 3986 §4.2). Dots in its path are left: libcurl removes them.
///
/// - Parameter base: An absolute URL.
func resolved(_ reference: String, against base: String) -> String {
  let reference = reference.prefix { $0 != "#" }
  let beforeQuery = base.prefix { $0 != "?" && $0 != "#" }
  guard let scheme = beforeQuery.firstRange(of: "://") else { return String(reference) }
  if reference.startsWithScheme { return String(reference) }
  if reference.hasPrefix("//") { return "\(beforeQuery[..<scheme.lowerBound]):\(reference)" }
  let path = beforeQuery[scheme.upperBound...].firstIndex(of: "/") ?? beforeQuery.endIndex
  if reference.hasPrefix("/") { return "\(beforeQuery[..<path])\(reference)" }
  if reference.isEmpty || reference.hasPrefix("?") { return "\(beforeQuery)\(reference)" }
  let directory = beforeQuery[path...].lastIndex(of: "/").map { beforeQuery[..<$0] } ?? beforeQuery
  return "\(directory)/\(reference)"
}

extension String {
  /// A path and a query without segments `.` and `..` (RFC 3986 §5.2.4).
  var withoutDotSegments: String {
    let path = prefix { $0 != "?" }
    var segments: [Substring] = []
    for segment in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      if segment == ".." { _ = segments.popLast() } else if segment != "." { segments.append(segment) }
    }
    return "/\(segments.joined(separator: "/"))\(self[path.endIndex...])"
  }

  /// True if the path of this URL, or one that a server could make of it, has a segment `.` or `..`: it leads to another
  /// place than it begins with.
  var hasDotSegments: Bool {
    let path = String(prefix { $0 != "?" && $0 != "#" }).percentDecoded.utf8
    let segments = path.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
    return segments.contains { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }
  }
}

extension Substring {
  /// RFC 3986 §3.1.
  fileprivate var startsWithScheme: Bool {
    guard let colon = firstIndex(of: ":"), let first, first.isASCII, first.isLetter else { return false }
    return self[..<colon].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
  }
}
