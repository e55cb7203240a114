import CBuild
import JSON

/// What is known of how this program was built.
struct ProgramBuild {
  /// 40 hexadecimal digits, with `-dirty` where files differed from the commit. Nil if it was built from neither a clone by
  /// install.sh nor a source archive of git.
  let commit: String?
  /// When the commit was made, in the form of RFC 3339. Not when the program was built: the same commit always gives the same
  /// program.
  let commitTime: String?

  static let current = ProgramBuild(
    commit: String(cString: cbuild_commit()),
    commitTime: String(cString: cbuild_commit_time())
  )

  init(commit: String, commitTime: String) {
    // Nothing was put in their places.
    let isKnown = commit.prefix(40).allSatisfy(\.isHexDigit) && commit.count >= 40
    self.commit = isKnown ? commit : nil
    self.commitTime = isKnown && commitTime.first?.isNumber == true ? commitTime : nil
  }

  /// The configuration of the compiler.
  static var configuration: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  /// In docker's words.
  static var architecture: String {
    #if arch(x86_64)
      "amd64"
    #elseif arch(arm64)
      "arm64"
    #elseif arch(arm)
      "arm"
    #elseif arch(i386)
      "386"
    #elseif arch(powerpc64le)
      "ppc64le"
    #elseif arch(s390x)
      "s390x"
    #elseif arch(riscv64)
      "riscv64"
    #else
      "unknown"
    #endif
  }

  static var os: String {
    #if os(Linux)
      "linux"
    #elseif os(macOS)
      "darwin"
    #elseif os(FreeBSD)
      "freebsd"
    #else
      "unknown"
    #endif
  }

  /// With the names of docker's `version --format json`.
  var json: JSONValue {
    .object([
      "Version": .string(ProgramMetadata.version),
      "GitCommit": commit.map(JSONValue.string),
      "CommitTime": commitTime.map(JSONValue.string),
      "Build": .string(Self.configuration),
      "Os": .string(Self.os),
      "Arch": .string(Self.architecture),
    ])
  }

  /// The names of fields that `json` leaves out where they are not known.
  static let optionalFields = ["GitCommit", "CommitTime"]
}
