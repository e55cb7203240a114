import OCI
import Testing

@Suite struct PlatformSpellingTests {
  /// As an index states them, in parts, and as all engines find them in a list.
  static let spellings: [(stated: [String], spelled: String)] = [
    (["linux", "aarch64"], "linux/arm64"), (["Linux", "ARM64"], "linux/arm64"), (["macos", "x86_64"], "darwin/amd64"),
    (["linux", "arm64", "armv8"], "linux/arm64/v8"), (["linux", "arm64", "8"], "linux/arm64/v8"),
    (["linux", "arm64", "V8"], "linux/arm64/v8"), (["linux", "arm", "armv7"], "linux/arm/v7"),
    (["linux", "arm", "7"], "linux/arm/v7"), (["linux", "armhf"], "linux/arm/v7"), (["linux", "i386"], "linux/386"),
    (["linux", "amd64", "v1"], "linux/amd64"), (["linux", "s390x", "v8"], "linux/s390x"),
    (["linux", "amd64", "a b"], "linux/amd64"),
    // These stay as they are.
    (["linux", "arm64"], "linux/arm64"), (["linux", "arm64", "v8"], "linux/arm64/v8"),
    (["linux", "arm"], "linux/arm"), (["linux", "amd64", "v3"], "linux/amd64/v3"),
    (["linux", "arm64", "v9.2"], "linux/arm64/v9.2"), (["linux", "wasm32"], "linux/wasm32"),
    (["Linux", "a b", "8"], #"Linux/"a b"/8"#),
  ]

  @Test(arguments: spellings)
  func hasTheSpellingThatAllEnginesFind(stated: [String], spelled: String) {
    var platform = Platform(os: stated[0], architecture: stated[1], variant: stated.count > 2 ? stated[2] : nil)
    (platform.osVersion, platform.osFeatures) = ("10.0.1", ["f"])
    #expect(platform.spelled.description == spelled)
    #expect(platform.spelled.osVersion == "10.0.1" && platform.spelled.osFeatures == ["f"])
    #expect((platform.spelled == platform) == (spelled == platform.description))
  }

  @Test func versionsOfWindowsAloneTellImagesApart() {
    #expect(
      Platform(os: "windows", architecture: "amd64", osVersion: "10.0.17763.1").distinctName
        == "windows/amd64:10.0.17763.1"
    )
    #expect(Platform(os: "freebsd", architecture: "amd64", osVersion: "15.0").distinctName == "freebsd/amd64")
  }
}
