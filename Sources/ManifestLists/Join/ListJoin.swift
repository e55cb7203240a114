/// What one of several jobs does that publish one list at the same time, without a coordinator.
///
/// Registries cannot replace a manifest only if it is still the one that was read, so the job whose list arrives last may be
/// one that has read the images before others were pushed. Therefore each job looks at the images again after it has
/// published, and publishes again if they have changed. Where each job runs this after it has pushed its own image, the last
/// list is complete: nothing has changed since it was published, and a job that pushes an image later publishes later.
///
/// `Answer`: what a job sees of the images: which ones exist, and their digests. It decides what is in the list.
struct ListJoin<Answer: Hashable & Sendable>: Hashable, Sendable {
  enum Step: Hashable, Sendable {
    /// Read the images and publish the list of those that exist: `published`.
    case publish
    /// Read which images exist: `looked`.
    case look
    /// The list is what the images are.
    case done
  }

  private(set) var next = Step.publish
  /// What the list was made of that was published last.
  private(set) var answer: Answer?

  /// The list was published.
  ///
  /// - Parameter answer: What it was made of.
  mutating func published(_ answer: Answer) {
    self.answer = answer
    next = .look
  }

  /// - Parameter answer: What was read, all of it since the list was published.
  mutating func looked(_ answer: Answer) { next = answer == self.answer ? .done : .publish }

  /// Goes on after it was done: images may have been pushed since.
  mutating func lookAgain() { next = .look }
}
