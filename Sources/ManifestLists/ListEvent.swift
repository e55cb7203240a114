import OCI
import OCIRegistry
import Transfer

/// What happens while a list is published or inspected, for whoever shows it to a person.
package enum ListEvent: Sendable {
  /// An entry of the list is known. The entries of several sources come in any order.
  case resolved(ListEntry)
  /// All entries are known and checked. Nothing has been pushed yet.
  case assembled(AssembledList)
  /// A run that is not a dry run would copy this.
  case planned(PlannedCopy)
  /// The images are being copied to this repository or layout.
  case transfer(Store, TransferEvent)
  /// The image is being sent, to get this tag. `tagged` follows if the registry accepts it.
  case tagging(KeptTag)
  /// The image has this tag now.
  case tagged(KeptTag)
  /// The list is being sent, to get this name. `accepted` follows if the registry accepts it.
  case putting(Place)
  /// The list has this name now. Sent at once; `put` or `alreadyThere` follows when the requests for the names before this
  /// one have ended.
  case accepted(Place)
  /// The list has this name now.
  case put(Place)
  /// The name has this list already: nothing was sent, or the registry refused it, or its response was lost.
  case alreadyThere(Place)
  /// The name is not in the registry yet, for this reason. Sent once, before the first wait.
  case waiting(Reference, timeout: Duration, RegistryError)
  /// The source does not exist yet, so the list is published without it.
  case leftOut(Source)
  /// The sources have changed since the list was published, so it is published again.
  case publishingAgain(SourceChange)
  /// These images or platforms do not exist yet. Sent once, before the first wait.
  case waitingForImages([String], timeout: Duration)
  case warning(ListWarning)
  case note(ListNote)
}

/// What becomes of the user's annotations, where that may surprise.
package enum ListNote: Sendable {
  /// Annotations for the manifests of images are in the entries of the images, those for the descriptor of the list in the
  /// list: images are not changed.
  case annotationsMoved(toEntries: Bool, toList: Bool)
  /// Somebody else has changed the list while it was edited: the change is made again.
  case changedByOthers(Place)
  /// The list would be or was a docker manifest list without what the user added to it.
  case ociIndex
  /// Tags that a pattern has found, and that images of the list have from an earlier run, or get again.
  case keptTagsLeftOut([Place])

  /// Nil for none.
  static func leavingOut(_ tags: [Place]) -> ListNote? { tags.isEmpty ? nil : .keptTagsLeftOut(tags) }
}

/// Something that the user may not have meant, and that does not stop the command.
package enum ListWarning: Sendable {
  /// The config of the image states a variant that the architecture does not have. It is left out of the platform.
  case unknownVariant(Place, variant: String, Platform)
  /// The index of the image states its platform in a spelling that not every engine finds: `stated`. The list has another one.
  case otherSpelling(Place, stated: Platform, Platform)
  /// Engines do not know the operating system or the architecture that the image states.
  case unknownPlatform(Place, PlatformError)
  /// Containerd and docker take the image only on a machine that states its `os.features`, and on this operating system none
  /// does.
  case osFeatures(ListEntry, [String])
  /// The names referred to lists with images for these platforms, which the new list does not have. The names contain the
  /// digests of those lists.
  case platformsLost([Place], [Platform])
  /// The name referred to a single image. Nil if its digest is not known.
  case imageReplaced(Place, Digest?)
  /// The list had several images for the platform of a new one, which replaces them all.
  case severalReplaced(Place, Platform, [Digest])
  /// The tag that an image gets was that of another image. Nil if its digest is not known.
  case tagMoved(KeptTag, from: Digest?)
  /// What the name refers to could not be read, so platforms that are lost are not noticed.
  case nameNotRead(Place, any Error)
  /// The images with these tags have different versions, apart from their platforms.
  case versionsMixed(Place, [Tag])
  /// Labels were to become annotations, and the images share none.
  case noSharedLabels
}
