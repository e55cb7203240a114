/// What docker's completion scripts call: `__complete WORDS… PARTIAL`.
enum Complete: RawVerb {
  static let name = "__complete"
  static let abstract = ""
  static let isHidden = true

  static func answer(_ call: RawCall) async -> String {
    let isDescribed = call.environment["DOCKER_CLI_DISABLE_COMPLETION_DESCRIPTION"] == nil
    return await Completion(call: call).answer().text(withDescriptions: isDescribed)
  }
}

/// The same without descriptions, for shells that cannot show them.
enum CompleteWithoutDescriptions: RawVerb {
  static let name = "__completeNoDesc"
  static let abstract = ""
  static let isHidden = true

  static func answer(_ call: RawCall) async -> String {
    await Completion(call: call).answer().text(withDescriptions: false)
  }
}
