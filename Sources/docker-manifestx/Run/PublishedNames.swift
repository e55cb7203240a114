import ManifestLists
import Synchronization

/// The names that a list has got so far, for the message of a run that is interrupted.
final class PublishedNames: Sendable {
  private struct State {
    /// Nil for a command that does not publish.
    var names: (put: [Place], unanswered: [Place])?
  }

  private let state = Mutex(State())

  /// The command publishes.
  func begin() { state.withLock { $0.names = ([], []) } }

  /// A request that publishes this name is being sent.
  func putting(_ name: Place) {
    state.withLock { state in
      // A list can be published several times under one name.
      state.names?.put.removeAll { $0 == name }
      state.names?.unanswered.append(name)
    }
  }

  /// The registry has accepted it.
  func put(_ name: Place) {
    state.withLock { state in
      state.names?.unanswered.removeAll { $0 == name }
      state.names?.put.removeAll { $0 == name }
      state.names?.put.append(name)
    }
  }

  func note(_ event: ListEvent) {
    switch event {
    case .putting(let name): putting(name)
    case .accepted(let name), .put(let name), .alreadyThere(let name): put(name)
    default: break
    }
  }

  /// What an interrupted run has done, in whole lines; empty for a command that does not publish.
  var text: String {
    guard let names = state.withLock({ $0.names }) else { return "" }
    if names.put.isEmpty, names.unanswered.isEmpty { return "Nothing was published.\n" }
    func line(_ beginning: String, _ names: [Place]) -> String {
      names.isEmpty ? "" : "\(beginning) \(names.map { "\($0)" }.joined(separator: ", ")).\n"
    }
    return line("The list was published as", names.put)
      + line("The registry has not confirmed that the list was published as", names.unanswered)
  }
}
