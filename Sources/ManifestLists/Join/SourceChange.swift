import OCI

/// What has changed between two looks at the sources of a list. In the order of their names.
package struct SourceChange: Sendable {
  /// They did not exist before.
  package let new: [Place]
  /// They refer to another manifest.
  package let moved: [Place]
  /// They do not exist any more.
  package let gone: [Place]

  init(from old: SourceDigests, to new: SourceDigests) {
    func sorted(_ places: some Sequence<Place>) -> [Place] { places.sorted { "\($0)" < "\($1)" } }
    self.new = sorted(new.keys.filter { old[$0] == nil })
    moved = sorted(new.keys.filter { old[$0] != nil && old[$0] != new[$0] })
    gone = sorted(old.keys.filter { new[$0] == nil })
  }
}
