import Testing

@testable import docker_manifestx

@Suite struct SuggestionTests {
  static let words: [(word: String, nearest: String?)] = [
    ("pub", "publish"), ("publihs", "publish"), ("PUBLISH", "publish"), ("ublish", "publish"), ("publissh", "publish"),
    ("inspectt", "inspect"), ("expect", nil), ("hook", "hooks"), ("hoks", "hooks"), ("h", nil), ("help", nil),
    ("", nil), ("publication", nil), (String(repeating: "publish", count: 10_000), nil),
  ]

  @Test(arguments: words)
  func nearestIsTheOneWithTheFewestChanges(word: String, expected: String?) {
    #expect(nearest(to: word, among: ["publish", "inspect", "hooks"]) == expected)
  }

  @Test func shortestOfSeveralThatBeginWithTheWordIsMeant() {
    #expect(nearest(to: "--plat", among: ["--platform-from", "--platform"]) == "--platform")
  }

  static let mistakes: [(words: String, suggestion: String?)] = [
    ("publsh a b", "Did you mean publish?"), ("hlep", "Did you mean help?"), ("__man2", nil), ("frobnicate", nil),
    ("create a b", "publish does create, annotate and push in one: docker manifestx publish LIST IMAGE [IMAGE...]"),
    ("push a", "publish does create, annotate and push in one: docker manifestx publish LIST IMAGE [IMAGE...]"),
    ("imagetools create", "publish creates the list and pushes it: docker manifestx publish LIST IMAGE [IMAGE...]"),
    ("cp a b", "publish copies images from other repositories: docker manifestx publish LIST IMAGE [IMAGE...]"),
    ("manifest get a", "inspect --raw prints a manifest as it is: docker manifestx inspect --raw NAME"),
    ("add --amend a b", "Leave it out: the command changes the list that is in the registry"),
    ("remove -p a b", "Leave it out: no copy of the list is kept on this machine"),
    ("version --json", "Use --format json"), ("doctor -o json", "Use --format json"),
    ("annotate --verbose a b", "Use --debug"), ("add --creds x a b", "Log in with docker login"),
    ("version --format {{uper .Version}}", nil), ("version --format {{uper}}", "Did you mean upper?"),
    (
      "rm a",
      "remove takes images out of a list: docker manifestx remove LIST ENTRY [ENTRY...]. To delete a name from a registry, use the registry's own tools"
    ),
    ("append a b", "add adds images to a list: docker manifestx add LIST IMAGE [IMAGE...]"),
    ("ls", "inspect shows what is in a list: docker manifestx inspect NAME"),
    ("check a", "inspect can check a list: docker manifestx inspect --check NAME"),
    ("wait a 30", "inspect can wait for a name: docker manifestx inspect --wait SECONDS NAME"),
    ("digest a", "inspect prints the digest of a name: docker manifestx inspect --format digest NAME"),
    ("tag a b", "publish can give a list several tags: docker manifestx publish --tag TAG LIST IMAGE [IMAGE...]"),
    ("login a", "The credentials are those of docker: docker login HOST"),
    ("x.example/a:v1 b c", "A command comes first: docker manifestx publish LIST IMAGE [IMAGE...]"),
    ("publish --plat x=linux/arm64 a b", "Did you mean --platform?"),
    ("publish --dryrun a b", "Did you mean --dry-run?"), ("publish -dry-run a b", "Did you mean --dry-run?"),
    ("publish --media-typ=oci a b", "Did you mean --media-type?"), ("publish --unknown a b", nil),
    ("publish --annotations a=b a b", "Did you mean --annotation?"),
    ("publish --sbom=false a b", "Leave it out; to publish images without their attestations: --no-attestations"),
    ("add --provenance=false a b", "Leave it out; to publish images without their attestations: --no-attestations"),
    ("publish --filter linux/arm64 a b", "Use --platform-filter OS/ARCH,..."),
    ("publish --amend a b", "To add images to a list: docker manifestx add LIST IMAGE [IMAGE...]"),
    ("publish --spec a.yaml", "Use --file FILE to publish the lists in a file"),
    ("from-spec a.yaml", "publish --file publishes the lists in a file: docker manifestx publish --file FILE"),
    ("publish --purge a b", "Leave it out: no copy of the list is kept on this machine"),
    ("publish a b --arch arm64", "Use --platform IMAGE=OS/ARCH[/VARIANT][:OSVERSION]"),
    ("publish --tls-verify=false a b", "Use --insecure"), ("inspect -v a", nil),
    ("version --amend", nil),
    ("publish --config x a b", "It comes before the command: docker manifestx --config ... publish"),
    ("--insecure publish a b", "It comes after the command: docker manifestx publish --insecure"),
    ("publish --raw a b", "It is an option of another command: docker manifestx inspect"),
    ("--confg x version", "Did you mean --config?"), ("--verson", "Did you mean --version?"),
    ("inspect --timeout 2 a", "Did you mean --timeout 2s?"),
    ("inspect --timeout 1m30 a", "Did you mean --timeout 1m30s?"),
    ("inspect --timeout soon a", nil), ("inspect --timeout=-1 a", nil),
    ("inspect --wait 2s a", "Did you mean --wait 2?"), ("inspect --wait 1m30s a", "Did you mean --wait 90?"),
    ("inspect --wait 25h a", nil), ("inspect --wait soon a", nil),
    ("inspect --format jsn a", "Did you mean --format json?"), ("inspect --format xml a", nil),
    ("publish -q=ture a b", "Did you mean -q=true?"), ("-l warm version", "Did you mean -l warn?"),
    ("completion zhs", "Did you mean zsh?"), ("hooks x", nil), ("publish a", nil),
    ("inspect a --wait", nil),
    (
      "publish a -amd64",
      "If this is an argument with a variable at its beginning, check that the variable is not empty"
    ),
    (
      "publish a -1-x86_64",
      "If this is an argument with a variable at its beginning, check that the variable is not empty"
    ),
    (
      "publish a --arm64",
      "If this is an argument with a variable at its beginning, check that the variable is not empty"
    ),
  ]

  @Test(arguments: mistakes)
  func suggestionIsWhatTheUserMeant(words: String, suggestion: String?) throws {
    var words = words.split(separator: " ").map(String.init)
    var verb: (any Verb.Type)?
    let error = #expect(throws: UsageError.self) {
      words = try PluginInvocation(["manifestx"] + words).arguments
      verb = Verbs.all.first { $0.name == words[0] } as? any Verb.Type
      guard let verb else { throw UsageError.unknownCommand(words[0]) }
      _ = try CommandLineTool.parse(verb, Array(words.dropFirst()))
    }
    let found = error.flatMap { Suggestion(program: "docker manifestx", verbs: Verbs.all).text(for: $0, verb) }
    #expect(found == suggestion)
  }

  @Test func noMessageIsThatOfArgumentParser() throws {
    let samples = [
      "a", "-", "--", "", "-q", "--tag", "-t=", "--tag=--", "--platform", "-qt", "---tag", "--help=x", "-h",
    ]
    // Not all pairs: each of them takes a tenth of a second, and what follows matters only to some words.
    let pairs = samples.map { ($0, "a") } + ["-q", "--tag", "a"].flatMap { first in samples.map { (first, $0) } }
    for (first, second) in pairs {
      do { _ = try CommandLineTool.parse(Publish.self, ["a", "b", first, second]) } catch let error as UsageError {
        if case .other(let message) = error { Issue.record("\(first) \(second): \(message)") }
      }
    }
  }
}
