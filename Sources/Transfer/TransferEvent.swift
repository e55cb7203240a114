import OCI

/// What happens while images are copied, from any task. Each copy begins with `planned`, and one that does not fail ends with
/// `completed`. Where there is nothing to copy, there are no events.
package enum TransferEvent: Sendable {
  /// It is known what has to be copied. The blobs that are listed may still turn out to be there already.
  case planned([Descriptor])
  /// So many bytes of a blob were read. Where a transfer is repeated, bytes count again.
  case moved(Descriptor, bytes: Int)
  /// Nothing more of the blob will be moved.
  case finished(Descriptor, BlobOutcome)
  /// The manifests are written too: the target has all that was planned.
  case completed
}
