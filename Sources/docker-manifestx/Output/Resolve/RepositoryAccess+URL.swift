import OCIRegistry

extension RepositoryAccess {
  /// `https://registry.example.com`
  var address: String { String(url.prefix(url.count - path.count)) }

  /// `/v2/test/app`
  var path: String {
    let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    return String(url[start...].drop { $0 != "/" })
  }
}
