import Glibc

/// The processor of this machine, with the names that container images use.
package struct Processor: Hashable, Sendable {
  /// Such as `amd64` or `arm64`.
  package let architecture: String
  /// Of arm, such as `v7`; nil for others.
  package let variant: String?
  /// Of amd64, from `v2` on; nil for others.
  package let amd64Level: String?

  /// - Parameters:
  ///   - machine: As uname(2) names it.
  ///   - description: What `/proc/cpuinfo` contains.
  init(machine: String, description: String) {
    let facts = Facts(description)
    switch machine {
    case "x86_64": architecture = "amd64"
    case "aarch64": architecture = "arm64"
    case "i386", "i486", "i586", "i686": architecture = "386"
    case "loongarch64": architecture = "loong64"
    case _ where machine.hasPrefix("arm"): architecture = "arm"
    default: architecture = machine
    }
    variant = architecture.hasPrefix("arm") ? Self.variant(facts, machine) : nil
    amd64Level = architecture == "amd64" ? Self.level(facts) : nil
  }

  /// As containerd finds it: https://github.com/containerd/platforms/blob/main/cpuinfo_linux.go
  private static func variant(_ facts: Facts, _ machine: String) -> String? {
    var version = facts["cpu architecture"] ?? String(machine.hasPrefix("armv") ? machine.dropFirst(4) : machine[...])
    // A Raspberry Pi with ARMv6 says 7.
    if version == "7", !machine.hasPrefix("aarch64"), facts["model name"]?.hasPrefix("armv6-compatible") == true {
      version = "6"
    }
    switch version.first {
    case "8", "a": return "v8"
    case "7", "?": return "v7"
    case "6": return "v6"
    case "5": return "v5"
    default: return nil
    }
  }

  /// The levels of the x86-64 psABI: https://gitlab.com/x86-psABIs/x86-64-ABI
  private static func level(_ facts: Facts) -> String? {
    let flags = Set((facts["flags"] ?? "").split(separator: " ").map(String.init))
    let levels = [
      ("v2", "cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3"), ("v3", "abm avx avx2 bmi1 bmi2 f16c fma movbe xsave"),
      ("v4", "avx512bw avx512cd avx512dq avx512f avx512vl"),
    ]
    return levels.prefix { $0.1.split(separator: " ").map(String.init).allSatisfy(flags.contains) }.last?.0
  }

  /// The processor that this program runs on.
  package static var current: Processor {
    var name = utsname()
    uname(&name)
    let machine = withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return Processor(machine: machine, description: cpuInfo)
  }

  /// Empty if it cannot be read. The first kilobytes are about the first core.
  private static var cpuInfo: String {
    let file = open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, count in
      count = max(0, Glibc.read(file, buffer.baseAddress, buffer.count))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The first value of each name in `/proc/cpuinfo`, in lower case.
private struct Facts {
  private let values: [String: String]

  init(_ text: String) {
    let pairs = text.lowercased().split(separator: "\n").compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (Self.trimmed(line[..<colon]), Self.trimmed(line[line.index(after: colon)...]))
    }
    values = Dictionary(pairs) { first, _ in first }
  }

  subscript(name: String) -> String? { values[name] }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
