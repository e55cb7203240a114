import Testing

@testable import LocalSystem

@Suite struct ProcessorTests {
  private static let v2 = "cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3"
  private static let v3 = v2 + " abm avx avx2 bmi1 bmi2 f16c fma movbe xsave"
  private static let v4 = v3 + " avx512bw avx512cd avx512dq avx512f avx512vl"

  static let processors: [(machine: String, description: String, name: String)] = [
    ("x86_64", "", "amd64 - -"),
    ("x86_64", "processor\t: 0\nflags\t\t: fpu \(v2)\n\nflags\t\t: \(v4)", "amd64 - v2"),
    ("x86_64", "flags: \(v3)", "amd64 - v3"),
    ("x86_64", "flags: \(v4)", "amd64 - v4"),
    // A level has those below it.
    ("x86_64", "flags: \(v3)".replacing("popcnt", with: ""), "amd64 - -"),
    ("aarch64", "CPU architecture: 8\n", "arm64 v8 -"),
    ("aarch64", "", "arm64 v8 -"),
    ("armv7l", "model name\t: ARMv7 Processor rev 4\nCPU architecture: 7\n", "arm v7 -"),
    ("armv7l", "model name\t: ARMv6-compatible processor rev 7\nCPU architecture: 7\n", "arm v6 -"),
    ("armv6l", "", "arm v6 -"),
    ("armv5tejl", "CPU architecture: 5TEJ\n", "arm v5 -"),
    ("armv7l", "CPU architecture: ?(12)\n", "arm v7 -"),
    ("i686", "flags: \(v2)", "386 - -"),
    ("s390x", "", "s390x - -"),
    ("loongarch64", "", "loong64 - -"),
  ]

  @Test(arguments: processors)
  func hasTheNamesOfImages(machine: String, description: String, name: String) {
    let processor = Processor(machine: machine, description: description)
    #expect("\(processor.architecture) \(processor.variant ?? "-") \(processor.amd64Level ?? "-")" == name)
  }

  @Test func thisMachineHasOne() { #expect(!Processor.current.architecture.isEmpty) }
}
