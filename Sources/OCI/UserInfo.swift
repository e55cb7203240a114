extension String {
  /// `NAME:PASSWORD` of `https://NAME:PASSWORD@HOST/…`, which no name of an image has, also without the scheme or the path;
  /// nil where there is none. What follows the @ of a digest is no host and no path.
  package var userInfo: Range<Index>? {
    let scheme = firstRange(of: "://")
    let start = scheme?.upperBound ?? startIndex
    let path = self[start...].lastIndex(of: "/")
    if let path, let at = self[start..<path].lastIndex(of: "@") { return start..<at }
    guard let at = self[start...].lastIndex(of: "@"), !self[start..<at].contains("/") else { return nil }
    let isHost = scheme != nil || self[start..<at].contains(":") && self[index(after: at)...].isLikeHost
    return isHost ? start..<at : nil
  }
}

extension Substring {
  /// `registry.example.com`, `localhost:5000`.
  fileprivate var isLikeHost: Bool {
    guard let colon = lastIndex(of: ":") else { return contains(".") }
    let port = self[index(after: colon)...]
    return (1...5).contains(port.count) && port.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
