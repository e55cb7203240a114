import OCI

/// What the user adds to a list besides its images. A docker manifest list can have none of it.
package struct ListAdditions: Hashable, Sendable {
  package var annotations: [ListAnnotation] = []
  /// The labels that all images share become annotations of the list, where it does not have them otherwise.
  package var annotatesFromLabels = false
  package var artifactType: MediaType?
  /// The manifest that the list refers to.
  package var subject: Place?

  package init() {}
}

/// An annotation, and where the list has it.
package struct ListAnnotation: Hashable, Sendable {
  package enum Target: Hashable, Sendable {
    case list
    /// The entries of the images for this platform; nil for all images.
    case entries(Platform?)
  }

  package let target: Target
  package let key: String
  package let value: String
  /// True where the user named a part of the images. Those are not changed, so the annotation is put as near as possible.
  package let isMoved: Bool

  package init(_ target: Target, key: String, value: String, isMoved: Bool = false) {
    self.target = target
    self.key = key
    self.value = value
    self.isMoved = isMoved
  }
}

extension ListAdditions {
  /// Sets what the list itself has. Annotations of the list replace those that its source has, and these come before labels.
  ///
  /// - Parameters:
  ///   - labels: Those that all images share.
  ///   - subject: The descriptor of `subject`.
  func apply(to list: inout Index, labels: [String: String], subject: Descriptor?) {
    list.annotations.merge(labels) { present, _ in present }
    for annotation in annotations where annotation.target == .list {
      list.annotations[annotation.key] = annotation.value
    }
    list.artifactType = artifactType ?? list.artifactType
    list.subject = subject ?? list.subject
  }

  /// The entries with their annotations. One for a platform comes before one for all images.
  ///
  /// - Parameter isPartial: Whether there may be further images later.
  /// - Throws: `PublishError.notAnnotated` if an annotation is for a platform that none of the images is for.
  func annotated(_ entries: [ListEntry], isPartial: Bool = false) throws(PublishError) -> [ListEntry] {
    var entries = entries
    var missing: [Platform] = []
    for annotation in annotations where annotation.target == .entries(nil) {
      for index in entries.indices where entries[index].descriptor.runnablePlatform != nil {
        entries[index].descriptor.annotations[annotation.key] = annotation.value
      }
    }
    for annotation in annotations {
      guard case .entries(let platform?) = annotation.target else { continue }
      let found = entries.indices.filter { entries[$0].descriptor.runnablePlatform?.isSame(as: platform) == true }
      if found.isEmpty, !missing.contains(platform) { missing.append(platform) }
      for index in found { entries[index].descriptor.annotations[annotation.key] = annotation.value }
    }
    if !missing.isEmpty, !isPartial { throw .notAnnotated(missing) }
    return entries
  }

  /// What the user should know about them before the list is published; nil if there is nothing.
  var note: ListNote? {
    let moved = annotations.filter(\.isMoved)
    guard !moved.isEmpty else { return nil }
    let toList = moved.contains { $0.target == .list }
    return .annotationsMoved(toEntries: moved.contains { $0.target != .list }, toList: toList)
  }
}

extension [ListEntry] {
  /// The labels that all images share.
  var sharedLabels: [String: String] {
    let labels = filter { $0.descriptor.runnablePlatform != nil }.map(\.labels)
    return labels.dropFirst().reduce(labels.first ?? [:]) { shared, other in shared.filter { other[$0.key] == $0.value }
    }
  }
}
