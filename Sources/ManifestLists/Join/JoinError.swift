import OCI

/// Why the images that exist were not joined, or not all of them.
package enum JoinError: Error {
  /// None of the images exists, and no tag matches the patterns. Nothing was published.
  case noImages([Source], [SourcePattern])
  /// None of the images that exist is for one of these platforms. Nothing was published.
  case notSelected([Platform])
  /// The list was published with the images that exist. `images` do not exist, though they were waited for; `platforms` were
  /// requested and are missing; `others` were not requested.
  case incomplete([Place], images: [Source], platforms: [Platform], others: [Platform])
  /// The images have changed after each time that the list was published.
  case keepsChanging([Place], times: Int)
  /// The list was published, and then this happened, so that it may lack the latest images.
  case notFinished([Place], any Error)
}

extension JoinError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noImages(let sources, let patterns):
      "none of the images exists: \((sources.map(\.description) + patterns.map { "\($0.tags)" }).list)"
    case .notSelected(let platforms):
      "none of the images that exist is for \(platforms.map(\.description).list)"
    case .incomplete(let names, let images, let platforms, let others):
      "\(names.map(\.description).list) "
        + (images.isEmpty
          ? "was published, and does not have exactly the requested platforms"
          : "was published without images that do not exist: \(images.map(\.description).list)")
        + (platforms.isEmpty ? "" : "; missing: \(platforms.map(\.description).list)")
        + (others.isEmpty ? "" : "; not requested: \(others.map(\.description).list)")
    case .keepsChanging(let names, let times):
      "the images of \(names.map(\.description).list) changed each time after the list was published (\(times) times)"
    case .notFinished(_, let error): "\(error)"
    }
  }
}

extension [String] {
  fileprivate var list: String { joined(separator: ", ") }
}
