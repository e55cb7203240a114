import HTTP

/// A URL without what may be secret: user names and passwords, and every part of a query but those of the token protocol and
/// of mirrors (storage services put signatures there). The account in a token request may be secret, too: some registries accept an
/// access token as the user name.
func redacted(_ url: String) -> String {
  // A combining character would hide the delimiter before it.
  var url = url.utf8.allSatisfy { $0 < 0x80 } ? url : url.percentEncodingNonASCII
  // What is no URL, such as `NAME:PASSWORD@HOST`, has no place where a password must end.
  if Origin(url: url) == nil, let at = url.lastIndex(of: "@") {
    url.removeSubrange(url.startOfAuthority...at)
  }
  let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
  var address = String(parts[0])
  if let scheme = address.firstRange(of: "://") {
    // A password may contain an @ itself: the last one before the path ends it.
    let authority = address[scheme.upperBound...].prefix { $0 != "/" }
    if let at = authority.lastIndex(of: "@") { address.removeSubrange(scheme.upperBound...at) }
  }
  guard parts.count == 2 else { return address }
  let query = parts[1].split(separator: "&").map { pair -> String in
    guard let sign = pair.firstIndex(of: "=") else { return "…" }
    let isPublic = ["service", "scope", "n", "last", "ns"].contains(pair[..<sign])
    return isPublic ? String(pair) : "\(pair[...sign])…"
  }
  return "\(address)?\(query.joined(separator: "&"))"
}

extension String {
  /// After `https://`, also with less than two slashes, or none.
  fileprivate var startOfAuthority: Index {
    let afterScheme = drop { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    let hasScheme = afterScheme.hasPrefix(":/")
    return (hasScheme ? afterScheme.dropFirst() : self[...]).drop { $0 == "/" }.startIndex
  }

  fileprivate var percentEncodingNonASCII: String {
    unicodeScalars.map { $0.isASCII ? String($0) : String($0).percentEncoded }.joined()
  }
}

/// The same without the scheme: most callers do not know whether it was HTTPS or, with an insecure registry, plain HTTP.
func place(_ url: String) -> String {
  let address = redacted(url)
  return address.firstRange(of: "://").map { String(address[$0.upperBound...]) } ?? address
}
