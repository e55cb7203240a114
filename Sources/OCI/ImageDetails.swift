import JSON

/// What an image's config says about how a container is started, and its labels. A member of another form than the
/// specification says is left out: people look at images because something is wrong with them.
///
/// Image spec, "Image configuration": https://github.com/opencontainers/image-spec/blob/main/config.md
package struct ImageDetails: Hashable, Sendable {
  /// Nil where there is none.
  package let entrypoint: [String]?
  /// The default arguments of the entry point; nil where there are none.
  package let command: [String]?
  package let user: String?
  package let workingDirectory: String?
  package let labels: [String: String]

  /// - Parameter config: The JSON of the config.
  package init(_ config: JSONNode) {
    let settings = try? config.optional("config")
    func text(_ name: String) -> String? {
      (try? settings?.optional(name)?.string()).flatMap { $0.isEmpty ? nil : $0 }
    }
    func texts(_ name: String) -> [String]? {
      (try? settings?.optional(name)?.strings()).flatMap { $0.isEmpty ? nil : $0 }
    }
    (entrypoint, command) = (texts("Entrypoint"), texts("Cmd"))
    (user, workingDirectory) = (text("User"), text("WorkingDir"))
    var labels: [String: String] = [:]
    for label in (try? settings?.optional("Labels")?.members()) ?? [] {
      labels[label.name] = try? label.node.string()
    }
    self.labels = labels
  }
}
