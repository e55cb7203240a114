/// The functions of Go's templates and of docker.
///
/// https://pkg.go.dev/text/template#hdr-Functions, https://docs.docker.com/engine/cli/formatting/
enum TemplateFunction: String, CaseIterable {
  case and, or, not, len, index, slice, print, printf, println
  case eq, ne, lt, le, gt, ge
  // docker's own.
  case json, split, join, title, lower, upper, pad, truncate

  /// What is wrong with this number of arguments; nil if it is right.
  func problem(ofArgumentCount count: Int) -> String? {
    let (least, most): (Int, Int) =
      switch self {
      case .not, .len, .json, .title, .lower, .upper: (1, 1)
      case .and, .or, .index, .printf: (1, .max)
      case .eq: (2, .max)
      case .ne, .lt, .le, .gt, .ge, .split, .join, .truncate: (2, 2)
      case .pad: (3, 3)
      case .slice: (1, 3)
      case .print, .println: (0, .max)
      }
    if (least...most).contains(count) { return nil }
    let limit = count < least ? least : most
    let words = least == most ? "" : count < least ? "at least " : "at most "
    return "needs \(words)\(limit) argument\(limit == 1 ? "" : "s"), but has \(count)"
  }
}
