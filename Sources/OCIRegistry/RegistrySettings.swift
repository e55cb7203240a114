import DockerConfig

/// What this machine and this command say about registries.
package struct RegistrySettings: Sendable {
  let insecure: InsecureRegistries
  let paths: DockerPaths
  let mirrors: [String]
  let headers: [(name: String, value: String)]
  let retry: RetryPolicy

  /// - Parameters:
  ///   - mirrors: URLs from where Docker Hub is read first, in this order.
  ///   - headers: Fields that every request to a registry has.
  package init(
    insecure: InsecureRegistries,
    paths: DockerPaths,
    mirrors: [String] = [],
    headers: [(name: String, value: String)] = [],
    retry: RetryPolicy = RetryPolicy()
  ) {
    self.insecure = insecure
    self.paths = paths
    self.mirrors = mirrors
    self.headers = headers
    self.retry = retry
  }
}
