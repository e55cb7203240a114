extension String {
  /// Every line but the first two spaces further right: a message of several lines is seen to be one.
  var indentingFurtherLines: String { replacing("\n", with: "\n  ") }
}
