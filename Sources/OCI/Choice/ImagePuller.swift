/// A program that pulls one image of a list, the one for its host.
package enum ImagePuller: String, CaseIterable, Sendable {
  case containerd, docker, podman, crane

  /// The entry that it takes for the host; nil if there is none for it.
  ///
  /// docker chooses as containerd does, for a host whose level of amd64 it knows.
  package func choice(from entries: [Descriptor], for host: Platform) -> PlatformChoice? {
    switch self {
    case .containerd, .docker: ContainerdMatcher(host: host).choice(from: entries)
    case .podman: PodmanMatcher(host: host).choice(from: entries)
    case .crane: CraneMatcher(host: host).choice(from: entries)
    }
  }
}
