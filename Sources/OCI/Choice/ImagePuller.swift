/// A program that pulls one image of a list, the one for its host.
package enum ImagePuller: String, CaseIterable, Sendable {
  case containerd, docker, podman, crane

  /// The entry that it takes for the host; nil if there is none for it.
  ///
  /// docker chooses as containerd does, for a host whose level of amd64 it knows.
  ///
  /// - Parameter type: Of the list. podman reads less of an entry of docker's.
  package func choice(
    from entries: [Descriptor],
    of type: MediaType,
    for host: Platform
  ) -> PlatformChoice? {
    switch self {
    case .containerd, .docker: ContainerdMatcher(host: host).choice(from: entries)
    case .podman: PodmanMatcher(host: host).choice(from: entries, of: type)
    case .crane: CraneMatcher(host: host).choice(from: entries)
    }
  }
}
