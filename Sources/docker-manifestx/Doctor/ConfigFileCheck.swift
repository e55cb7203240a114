import DockerConfig
import Glibc
import LocalSystem

/// docker's config.json: whether it can be used, who can read it, and whether the credential helpers in it exist.
struct ConfigFileCheck: Sendable {
  let config: ConfigFile
  let environment: Environment

  func results() -> [CheckResult] {
    let problems = unusable + readableByOthers + missingHelpers
    return problems.isEmpty ? [summary] : problems
  }

  private var unusable: [CheckResult] {
    if config.hasNoDirectory {
      let advice = "Set DOCKER_CONFIG to the directory that contains config.json"
      return [.warning("this user has no home directory (HOME), and so no config.json", [advice])]
    }
    if config.isDanglingLink {
      return [.warning("\(config.path) is a link to a file that does not exist", ["Remove the link, or make the file"])]
    }
    let problems = (config.problems + config.unreadableEntries).map { error in
      CheckResult.failure("\(error)", [error.advice ?? "Correct it, or remove it and run docker login again"])
    }
    let headers = config.headersProblem.map { CheckResult.warning("\($0)", ["Correct it: no HttpHeaders are sent"]) }
    // If the file itself cannot be read, each part of it says so.
    return problems + [headers].compactMap(\.self).filter { _ in problems.isEmpty }
  }

  private var readableByOthers: [CheckResult] {
    guard let file = FileIdentity(config.path), file.isReadableByOthers, !config.plainTextHosts.isEmpty else {
      return []
    }
    let mode = String(file.mode, radix: 8)
    let text = "\(config.path) has passwords, and others can read it (mode \(mode))"
    return [.warning(text, ["chmod 600 \(word: config.path)"])]
  }

  private var missingHelpers: [CheckResult] {
    config.helpers.filter { ProgramSearch.path(of: "docker-credential-\($0.name)", environment) == nil }.map { helper in
      .warning(
        "docker-credential-\(helper.name) (\(helper.setting)) is not in PATH",
        ["Install it, or remove \(helper.setting) from \(config.path)"]
      )
    }
  }

  private var summary: CheckResult {
    guard FileIdentity(config.path) != nil else { return .ok("none (\(config.path))") }
    let helpers = config.helpers.map { "\($0.setting): docker-credential-\($0.name)" }
    let details = [
      CheckResult.Detail("helpers", helpers.joined(separator: ", ")),
      .init("plain text", config.plainTextHosts.joined(separator: ", ")),
    ]
    return .ok(config.path, details.filter { !$0.value.isEmpty })
  }
}
