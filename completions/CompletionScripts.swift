/// The completion scripts beside this file, compiled in as they stand.
package enum CompletionScripts {
  package static var bash: [UInt8] { PackageResources.docker_manifestx_bash }
  package static var zsh: [UInt8] { PackageResources._docker_manifestx }
  package static var fish: [UInt8] { PackageResources.docker_manifestx_fish }
}
