/// An architecture, and its variant where one word means both: `armhf` is arm/v7.
struct PlatformName: Hashable {
  let architecture: String
  let variant: String?

  /// Finds the architecture by any name that distributions, compilers and docker's image families use; nil for another
  /// word. The word is in lower case, and `_` equals `-`.
  init?(_ word: String) {
    guard let known = architectures[word.replacing("_", with: "-")] else { return nil }
    self = known
  }

  /// Every name, those that docker uses first.
  static var words: [String] {
    let words = namedArchitectures.map { $0.words.split(separator: " ").map(String.init) }
    return words.compactMap(\.first) + words.flatMap { $0.dropFirst() }
  }

  fileprivate init(_ architecture: String, _ variant: String? = nil) {
    self.architecture = architecture
    self.variant = variant
  }
}

/// A version of amd64 or arm64 (`arm64v8`, `amd64-v3`) is a level of the instruction set, not another platform.
private let namedArchitectures: [(name: PlatformName, words: String)] = [
  (PlatformName("amd64"), "amd64 x86-64 x64"),
  (PlatformName("386"), "386 i386 i486 i586 i686 x86"),
  (PlatformName("arm64"), "arm64 aarch64 arm64v8 armv8"),
  (PlatformName("arm"), "arm"),
  (PlatformName("arm", "v7"), "armhf armv7 armv7l arm32v7 arm-v7"),
  (PlatformName("arm", "v6"), "armel armv6 armv6l arm32v6 arm-v6"),
  (PlatformName("arm", "v5"), "armv5 arm32v5 arm-v5"),
  (PlatformName("ppc64le"), "ppc64le ppc64el"),
  (PlatformName("ppc64"), "ppc64"),
  (PlatformName("s390x"), "s390x"),
  (PlatformName("riscv64"), "riscv64"),
  (PlatformName("mips64le"), "mips64le mips64el"),
  (PlatformName("mips64"), "mips64"),
  (PlatformName("mipsle"), "mipsle mipsel"),
  (PlatformName("mips"), "mips"),
  (PlatformName("loong64"), "loong64 loongarch64"),
]

private let architectures: [String: PlatformName] = {
  var table: [String: PlatformName] = [:]
  for (name, words) in namedArchitectures {
    for word in words.split(separator: " ") { table[String(word)] = name }
  }
  return table
}()

/// The names of operating systems, and docker's name for each. `operatingSystem(_:)` also knows `ltsc2019` and the other
/// releases of Windows.
let operatingSystems = [
  "linux": "linux", "windows": "windows", "win": "windows", "nanoserver": "windows", "windowsservercore": "windows",
  "darwin": "darwin", "macos": "darwin", "osx": "darwin",
  "freebsd": "freebsd", "netbsd": "netbsd", "openbsd": "openbsd",
]

/// Docker's name for the operating system that a lower-case word means; nil for another word.
func operatingSystem(_ word: String) -> String? {
  if let name = operatingSystems[word] { return name }
  let year = word.utf8.dropFirst("ltsc".utf8.count)
  let isRelease = word.hasPrefix("ltsc") && year.count == 4 && year.allSatisfy { (0x30...0x39).contains($0) }
  return isRelease ? "windows" : nil
}
