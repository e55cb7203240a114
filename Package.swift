// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

/// Set by install.sh, which knows the commit. Without it, the program does not say from which commit it was built.
let commit: [CSetting] = ["MANIFESTX_COMMIT", "MANIFESTX_COMMIT_TIME"].compactMap { name in
  Context.environment[name].map { .define(name, to: "\"\($0)\"") }
}

let package = Package(
  name: "docker-manifestx",
  products: [.executable(name: "docker-manifestx", targets: ["docker-manifestx"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    // Without its Foundation trait: the full Foundation would cost every start of the program several milliseconds.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
  ],
  targets: [
    // C: each of these is imported by one Swift module only.
    .target(name: "CCurl"),
    .target(name: "CCrypto"),
    .target(name: "CYAML"),
    .target(name: "CProcess"),
    .target(name: "CBuild", cSettings: commit),
    .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),

    // Values and leaves.
    .target(
      name: "PluginMetadata",
      path: "plugin-metadata",
      resources: [.embedInCode("metadata.json")],
      swiftSettings: strict
    ),
    .target(
      name: "CompletionScripts",
      path: "completions",
      resources: [
        .embedInCode("docker-manifestx.bash"), .embedInCode("_docker-manifestx"), .embedInCode("docker-manifestx.fish"),
      ],
      swiftSettings: strict
    ),
    .target(name: "JSON", dependencies: ["CJansson"], swiftSettings: strict),
    .target(name: "Templates", dependencies: ["JSON"], swiftSettings: strict),
    .target(name: "YAML", dependencies: ["CYAML", "JSON"], swiftSettings: strict),
    .target(name: "Hashing", dependencies: ["CCrypto"], swiftSettings: strict),
    .target(name: "HTTP", swiftSettings: strict),
    .target(
      name: "LocalSystem",
      dependencies: ["CProcess", .product(name: "SystemPackage", package: "swift-system")],
      swiftSettings: strict
    ),
    .target(name: "OCI", dependencies: ["Hashing", "JSON"], swiftSettings: strict),
    .target(
      name: "DockerConfig",
      dependencies: [
        "HTTP", "OCI", "JSON", "LocalSystem",
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: strict
    ),
    .target(name: "CurlHTTP", dependencies: ["CCurl", "HTTP", "LocalSystem"], swiftSettings: strict),

    // Where images are, and what this program is for.
    .target(
      name: "OCIRegistry",
      dependencies: ["OCI", "DockerConfig", "HTTP", "JSON", "Hashing"],
      swiftSettings: strict
    ),
    .target(name: "OCILayout", dependencies: ["OCI", "LocalSystem", "JSON", "Hashing"], swiftSettings: strict),
    .target(name: "Transfer", dependencies: ["OCIRegistry", "OCILayout", "OCI"], swiftSettings: strict),
    .target(
      name: "ManifestLists",
      dependencies: ["Transfer", "OCIRegistry", "OCILayout", "OCI", "LocalSystem", "JSON"],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "docker-manifestx",
      dependencies: [
        "ManifestLists", "Transfer", "OCIRegistry", "OCILayout", "OCI", "DockerConfig", "HTTP", "CurlHTTP",
        "LocalSystem", "JSON", "YAML", "Templates", "CBuild", "PluginMetadata", "CompletionScripts",
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict,
      // The toolchain's own linker: smaller and quicker output than the system's, and unused code is left out.
      linkerSettings: [.unsafeFlags(["-use-ld=lld", "-Xlinker", "--gc-sections"])]
    ),

    // Tests: a folder a module. What they share is a test target, too: a release build has no Testing module.
    .testTarget(name: "TestSupport", dependencies: ["HTTP", "DockerConfig"], swiftSettings: strict),
    .testTarget(name: "LocalSystemTests", dependencies: ["LocalSystem", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
    .testTarget(
      name: "TemplatesTests",
      dependencies: ["Templates", "JSON"],
      resources: [.embedInCode("templates.json")],
      swiftSettings: strict
    ),
    .testTarget(name: "YAMLTests", dependencies: ["YAML"], swiftSettings: strict),
    .testTarget(name: "HashingTests", dependencies: ["Hashing"], swiftSettings: strict),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP"], swiftSettings: strict),
    .testTarget(
      name: "CurlHTTPTests",
      dependencies: ["CurlHTTP", "HTTP", "Hashing", "TestSupport", "OCIRegistry", "OCI", "DockerConfig"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "OCITests",
      dependencies: ["OCI", "JSON", "Hashing"],
      resources: [
        .embedInCode("tags.tsv"), .embedInCode("platform-normalize.tsv"), .embedInCode("platform-matching.tsv"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "DockerConfigTests",
      dependencies: ["DockerConfig", "HTTP", "JSON", "LocalSystem", "OCI", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "OCIRegistryTests",
      dependencies: ["OCIRegistry", "OCI", "DockerConfig", "HTTP", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "OCILayoutTests",
      dependencies: [
        "OCILayout", "OCI", "LocalSystem", "TestSupport",
        .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: strict
    ),
    .testTarget(name: "TransferTests", dependencies: ["Transfer", "OCI", "JSON"], swiftSettings: strict),
    .testTarget(
      name: "ManifestListsTests",
      dependencies: ["ManifestLists", "OCIRegistry", "OCI", "DockerConfig", "HTTP", "TestSupport"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "DockerManifestxTests",
      dependencies: [
        "docker-manifestx", "ManifestLists", "Transfer", "OCIRegistry", "OCILayout", "OCI", "DockerConfig", "HTTP",
        "LocalSystem", "JSON", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict
    ),
  ]
)
