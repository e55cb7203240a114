import ManifestLists

extension JoinError: Advised {
  var advice: String? {
    switch self {
    case .noImages: "Push one of them first. To wait for it, or longer: --wait DURATION"
    case .notSelected:
      "Push an image for it first, or change --platform-filter. To wait for it, or longer: --wait DURATION"
    case .incomplete(_, let images, let platforms, _):
      images.isEmpty && platforms.isEmpty
        ? "Leave out images, or change --expect"
        : "Push what is missing, and run the command again; to wait longer: --wait DURATION"
          + (platforms.isEmpty ? "" : "\nIf the list is right, change --expect or --platform-filter")
    case .keepsChanging: "Run the command again when the images are no longer being pushed"
    case .notFinished: nil
    }
  }
}

extension JoinError: CompoundError {
  var parts: [any Error]? {
    if case .notFinished(_, let error) = self { [error] } else { nil }
  }

  var summary: String? {
    guard case .notFinished(let names, let error) = self else { return nil }
    let list = names.map { "\($0)" }.joined(separator: ", ")
    // The images are not there any more.
    if error is JoinError { return "Before that, \(list) was published, and this command has not changed it since." }
    return "Before that, \(list) was published, and may lack images that were pushed meanwhile. Run the command again."
  }
}
