import JSON
import ManifestLists
import OCI

extension Console {
  /// Shows what happens to the images of this machine.
  func show(_ event: PushEvent) {
    let time = live?.note(event)
    switch event {
    case .skipped(let source): progress("\(source.text) is not pushed, because \(source.reasonNotToPush)")
    case .began(let image, let engine):
      if form == .json { return emit(.pushing, ["image": .string("\(image)"), "engine": .string(engine)]) }
      if form == .lines { progress("Pushing \(image) with \(engine)") }
    case .printed(let image, let line): debug("\(image): \(line)")
    case .ended(let image, isPushed: false): progress("\(image) was not pushed")
    case .ended(let image, isPushed: true):
      if form == .json { return emit(.pushed, ["image": .string("\(image)"), "seconds": .seconds(time ?? .zero)]) }
      refresh()
      progress("Pushed \(image)\(time.map { " in \(TimeText($0, hasTenths: true))" } ?? "")")
    }
  }

  /// What is being pushed.
  func emit(_ pushes: PushProgress, _ now: Duration) {
    for push in pushes.running {
      emit(
        .pushProgress,
        [
          "image": .string("\(push.image)"), "seconds": .seconds(now - push.began),
          "message": push.line.map { .string(PrintableText.line($0)) },
        ]
      )
    }
  }
}

extension Source {
  fileprivate var reasonNotToPush: String {
    place.reference == nil ? "it is in an image layout" : "it has a digest"
  }
}

extension JSONValue {
  /// With milliseconds.
  fileprivate static func seconds(_ duration: Duration) -> JSONValue {
    .real((duration / .milliseconds(1)).rounded() / 1000)
  }
}
