import OCI

/// A tag that an image of a list gets besides the list's own, so that jobs that delete images without a tag leave it alone.
package struct KeptTag: Hashable, Sendable {
  package let name: Place
  package let entry: ListEntry
}
