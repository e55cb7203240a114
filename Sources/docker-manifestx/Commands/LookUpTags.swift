/// Asks a registry for tags and puts them in the cache of completion. See `TagLookup`.
enum LookUpTags: RawVerb {
  static let name = TagLookup.command
  static let abstract = ""
  static let isHidden = true

  static func answer(_ call: RawCall) async -> String {
    await TagLookup(call)?.askForCache()
    return ""
  }
}
