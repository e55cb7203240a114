import OCI

extension PlatformError: Advised {
  var advice: String? {
    // Empty, or with an empty part: linux/$ARCH.
    guard reason == .form, text.split(separator: "/", omittingEmptySubsequences: false).contains("") else { return nil }
    return "If the platform contains a variable, check that the variable is not empty"
  }
}
