@testable import ManifestLists

/// Jobs that join one list in a registry, step by step. A step is one request, so that a search through all orders of steps
/// finds everything that can happen.
struct JoinModel {
  /// The images that exist, as bits.
  typealias Images = UInt8

  /// Images by their tags: the image of each job, if it was pushed.
  private(set) var images: Images = 0
  /// The images in the list.
  private(set) var list: Images?
  private(set) var jobs: [Job]
  let looksAfterPut: Bool

  struct Job {
    /// Its image was pushed.
    var hasPushed = false
    var join = ListJoin<Images>()
    /// What it reads in its present look: which images it has read, and which of them exist.
    var read: Images = 0
    var seen: Images = 0
    /// What the list was when it read it; nil if it has not read it yet.
    var list: Images??
  }

  init(jobs count: Int, looksAfterPut: Bool = true) {
    jobs = [Job](repeating: Job(), count: count)
    self.looksAfterPut = looksAfterPut
  }

  private var all: Images { (1 << Images(jobs.count)) - 1 }
  var isFinal: Bool { jobs.allSatisfy { isDone($0) } }
  var isRight: Bool { list == all }

  private func isDone(_ job: Job) -> Bool {
    switch job.join.next {
    case .publish: false
    case .look: !looksAfterPut
    case .done: true
    }
  }

  /// Everything that can happen next: one step of one job.
  var successors: [JoinModel] {
    var next: [JoinModel] = []
    for index in jobs.indices where !isDone(jobs[index]) { next += steps(of: index) }
    return next
  }

  private func steps(of index: Int) -> [JoinModel] {
    let job = jobs[index]
    guard job.hasPushed else {
      var next = self
      next.images |= 1 << Images(index)
      next.jobs[index].hasPushed = true
      return [next]
    }
    // The images are read one by one in any order, and so is the list, which may have been replaced when this job puts its own.
    // Its own image stays what it is, whenever it is read.
    var reads: [JoinModel] = []
    for image in jobs.indices where image != index && job.read & (1 << Images(image)) == 0 {
      reads.append(reading(image: image, by: index))
    }
    if job.join.next == .publish, job.list == nil {
      var next = self
      next.jobs[index].list = .some(list)
      reads.append(next)
    }
    return reads.isEmpty ? [finishing(index)] : reads
  }

  private func reading(image: Int, by index: Int) -> JoinModel {
    var next = self
    next.jobs[index].read |= 1 << Images(image)
    next.jobs[index].seen |= images & (1 << Images(image))
    return next
  }

  /// The PUT, or the end of a look.
  private func finishing(_ index: Int) -> JoinModel {
    var next = self
    let job = jobs[index]
    let answer = job.seen | 1 << Images(index)
    if job.join.next == .publish {
      // Where the list was this one already, nothing is sent.
      if job.list != .some(answer) { next.list = answer }
      next.jobs[index].join.published(answer)
    } else {
      next.jobs[index].join.looked(answer)
    }
    (next.jobs[index].read, next.jobs[index].seen, next.jobs[index].list) = (0, 0, nil)
    return next
  }
}

extension JoinModel {
  /// The whole state as a number: hashing it takes a fraction of the time.
  private var key: UInt64 {
    var key = Self.code(list)
    for job in jobs {
      let step: UInt64 =
        switch job.join.next {
        case .publish: job.hasPushed ? 1 : 0
        case .look: 2
        case .done: 3
        }
      var list: UInt64 = 0
      if let read = job.list { list = Self.code(read) + 1 }
      key = key << 2 | step
      key = key << 4 | Self.code(job.join.answer)
      key = key << 3 | UInt64(job.read)
      key = key << 3 | UInt64(job.seen)
      key = key << 4 | list
    }
    return key
  }

  private static func code(_ images: Images?) -> UInt64 {
    guard let images else { return 0 }
    return UInt64(images) + 1
  }

  /// What a search through all orders of steps has found.
  struct Search {
    var states = 0
    var finalStates = 0
    /// Final states in which the list lacks an image.
    var wrong: [JoinModel] = []
  }

  /// Breadth first. Ends only if every order of steps comes to an end, so that it also shows that no job goes on for ever:
  /// there are only finitely many states, and `Search.states` counts each once.
  func search() -> Search {
    var search = Search()
    var seen: Set<UInt64> = [key]
    var layer = [self]
    while !layer.isEmpty {
      var next: [JoinModel] = []
      for state in layer {
        search.states += 1
        if state.isFinal {
          search.finalStates += 1
          if !state.isRight { search.wrong.append(state) }
        }
        for successor in state.successors where seen.insert(successor.key).inserted { next.append(successor) }
      }
      layer = next
    }
    return search
  }
}
