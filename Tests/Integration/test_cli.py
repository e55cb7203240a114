"""The plugin as a part of docker: help, version, global flags, and command line errors."""

import json
import re

import pytest

from support.credentials import auth
from support.plugin import REPOSITORY_ROOT
from support.users import PUBLISHER

METADATA = REPOSITORY_ROOT / "plugin-metadata/metadata.json"


def metadata():
    return json.loads(METADATA.read_text())


def test_metadata_for_docker(binary):
    result = binary.run("docker-cli-plugin-metadata")
    assert result.stdout.encode() == METADATA.read_bytes()
    assert result.stderr == ""


def test_docker_lists_the_plugin(by_docker):
    result = by_docker.spawn(["docker", "--help"])
    [line] = [line for line in result.stdout.splitlines() if "manifestx" in line]
    assert metadata()["ShortDescription"] in line


@pytest.mark.parametrize("words", [
    ["docker", "help", "manifestx"], ["docker", "manifestx", "--help"], ["docker", "manifestx"],
])
def test_help_lists_the_commands(by_docker, words):
    result = by_docker.spawn(words)
    assert result.returncode == 0, result.output
    assert result.stdout.strip().startswith("Usage:  docker manifestx ")
    for command in ("publish", "inspect", "version"):
        assert command in result.stdout


@pytest.mark.parametrize("words", [
    ["docker", "manifestx", "publish", "--help"], ["docker", "help", "manifestx", "publish"],
])
def test_help_of_publish(by_docker, words):
    result = by_docker.spawn(words)
    assert result.returncode == 0, result.output
    lines = result.stdout.strip().splitlines()
    assert lines[0] == "Usage:  docker manifestx publish [OPTIONS] LIST IMAGE [IMAGE...]"
    for option in ("--platform", "--platform-from", "--media-type", "--tag", "--dry-run",
                   "--quiet", "--insecure"):
        assert option in result.stdout


def test_help_of_the_program_itself(binary):
    result = binary.run("publish", "--help")
    first = result.stdout.strip().splitlines()[0]
    assert first == "Usage:  docker-manifestx publish [OPTIONS] LIST IMAGE [IMAGE...]"


def test_version_shows_how_the_program_was_built(plugin):
    version = metadata()["Version"]
    first, commit, build, machine = plugin.run("version").stdout.splitlines()
    assert first == f"docker-manifestx {version}"
    assert re.fullmatch(r" Git commit:   (unknown|[0-9a-f]{40}(-dirty)? \(20.*\))", commit)
    assert re.fullmatch(r" Build:        (debug|release)", build)
    assert re.fullmatch(r" OS/Arch:      linux/[a-z0-9]+", machine)
    shown = json.loads(plugin.run("version", "--format", "json").stdout)
    assert shown["Version"] == version and f"{shown['Os']}/{shown['Arch']}" in machine
    assert shown.get("GitCommit", "unknown") in commit
    template = "{{.Version}} {{upper .Os}}{{with .GitCommit}} {{.}}{{end}}"
    assert plugin.run("version", "--format", template).stdout.startswith(f"{version} LINUX")


@pytest.mark.parametrize("template, lines, code", [
    ("{{.Versoin}}", ["ERROR: the template of --format: column 3: there is no field .Versoin",
                      "  Did you mean .Version?"], 1),
    ("{{uper .Version}}", ["the template of --format: column 3: the function uper is not supported",
                           "  Did you mean upper?"], 125),
    ("jsn", ["invalid value “jsn” for --format: must be text, json or a template such as '{{json .}}'",
             "  Did you mean --format json?"], 125),
])
def test_mistakes_in_formats_are_explained(binary, template, lines, code):
    assert binary.fail("version", "--format", template, code=code).stderr.splitlines()[:2] == lines


@pytest.mark.parametrize("option", ["--timeout", "--retry-max-wait"])
@pytest.mark.parametrize("value", [
    "999999999999999999999999999999s", "9" * 400 + "h", "1e400s", "8784h",
    "0.0000000000000000000001s", "0s", "-1s", "nan", "inf", "5", "soon", "",
])
def test_invalid_durations_are_refused(binary, option, value):
    result = binary.fail("inspect", option, value, "a:v1", code=125)
    form = "a number with a unit, such as 30s or 2m, longer than 0 and at most a year"
    assert result.stderr.splitlines()[0] == f"invalid value “{value}” for {option}: must be {form}"


@pytest.mark.parametrize("arguments, message", [
    (["publish", "--no-such-flag", "a:v1", "b"], "unknown flag: --no-such-flag"),
    (["inspect", "--no-such-flag", "a:v1"], "unknown flag: --no-such-flag"),
    (["publish", "a:v1"], "'{} publish' requires at least 2 arguments"),
    (["publish"], "'{} publish' requires at least 2 arguments"),
    (["publish", "--from", "x"], "'{} publish' requires 1 argument"),
    (["add", "a:v1"], "'{} add' requires at least 2 arguments"), (["version", "x"], "'{} version' accepts no arguments"),
    (["completion", "x"], "invalid argument “x” for '{} completion': must be bash, zsh or fish"),
    (["inspect"], "'{} inspect' requires at least 1 argument"),
    (["no-such-command"], "unknown command: {} no-such-command"),
    (["-D", "create", "a:v1", "b"],
     "unknown command: {0} create\n  publish does create, annotate and push in one: {0} publish LIST IMAGE [IMAGE...]"),
    (["publish", "--plat", "b=linux/arm64", "a:v1", "b"], "unknown flag: --plat\n  Did you mean --platform?"),
])
def test_mistakes_are_named_and_point_to_help(plugin, arguments, message):
    program = "docker manifestx" if plugin.through == "docker" else "docker-manifestx"
    result = plugin.fail(*arguments, code=125)
    mistake, usage, help = result.stderr.split("\n\n")
    assert mistake == message.format(program)
    commands = [word for word in arguments if word in ("publish", "inspect", "add", "version", "completion")]
    called = " ".join([program, *commands])
    assert usage.startswith(f"Usage:  {called}")
    assert commands != ["publish"] or usage.endswith(f"\n        {called} [OPTIONS] --from FILE LIST")
    assert help == f"Run '{called} --help' for more information\n"


@pytest.mark.parametrize("words, message", [
    (["publish", "--platform-from", "hearsay", "a:v1", "b"],
     "invalid value “hearsay” for --platform-from: must be check, tag or config"),
    (["publish", "--media-type=fruit", "a:v1", "b"],
     "invalid value “fruit” for --media-type: must be auto, oci or docker"),
    (["inspect", "--format", "xml", "a:v1"],
     "invalid value “xml” for --format: must be table, json, digest, pinned, platforms or a template such as '{{json .}}'"),
    (["inspect", "--wait", "2m", "a:v1"],
     "invalid value “2m” for --wait: must be a whole number of seconds from 0 to 86400 (a day), such as 30"),
    (["--log-level", "loud", "version"],
     "invalid value “loud” for --log-level: must be debug, info, warn, error or fatal"),
    (["--debug=yes", "version"], "invalid value “yes” for --debug: must be true or false"),
    (["publish", "--debug=yes", "a:v1", "b"], "invalid value “yes” for --debug: must be true or false"),
    (["publish", "-q=yes", "a:v1", "b"], "invalid value “yes” for -q: must be true or false"),
    (["inspect", "a:v1", "--timeout"], "flag needs an argument: --timeout"),
    (["publish", "--file", ""], "--file needs the name of a file"),
    (["publish", "--from", "", "a:v1"], "--from needs the name of a file"),
    (["inspect", "--no-such-flag=x", "a:v1"], "unknown flag: --no-such-flag=x"),
    (["inspect", "-zD", "a:v1"], "unknown flag: -zD"),
])
def test_a_bad_option_is_answered_with_the_accepted_form(binary, words, message):
    assert binary.fail(*words, code=125).stderr.splitlines()[0] == message


def test_a_scheme_is_not_part_of_a_name(binary):
    name = "https://registry.example.com/app:v1"
    error = f"ERROR: invalid reference “{name}”: leave out https://"
    assert binary.fail("inspect", name, code=125).stderr.splitlines() == [error]


@pytest.mark.parametrize("name, shown", [
    ("https://me:hun/ter2@registry.example.com/app:v1", "https://***@registry.example.com/app:v1"),
    ("https://token-hunter2@registry.example.com", "https://***@registry.example.com"),
    ("me:hunter2@registry.example.com/app", "***@registry.example.com/app"),
    ("me:hunter2@registry.example.com:v1", "***@registry.example.com:v1"),
    ("me:hunt/er2@localhost:5000", "***@localhost:5000"), ("https://me:hunt/er2@registry", "https://***@registry"),
    ("https:/me:hunter2@registry.example.com/app", "***@registry.example.com/app"),
    ("https://me:hun?ter2@registry.example.com/app", "https://***@registry.example.com/app"),
])
@pytest.mark.parametrize("command", [["inspect"], ["publish", "registry.example.com/app:v1"]], ids=["inspect", "publish"])
def test_a_password_in_a_name_is_not_shown(binary, command, name, shown):
    assert binary.fail(*command, name, code=125).stderr.splitlines() == [
        f"ERROR: invalid reference “{shown}”: it contains a user name or a password",
        "  Leave out the user name and the password: the credentials of docker login are used",
    ]


def test_a_dash_of_a_word_processor_is_named(binary):
    error = binary.fail("publish", "registry.example.com/app:v1", "v1-arm64", "—expect", "linux/arm64", code=125).stderr
    assert "\n  “—” is not a hyphen: options begin with - or --\n" in error


def test_a_digest_in_a_name_is_no_password(binary):
    for name in (
        "https://registry.example.com/app@sha256:a", "registry.example.com:5000/app@sha256:a",
        "https://registry.example.com/@scope/app", "registry.example.com/app@sha256:0123/v1", "app:v1@latest",
    ):
        assert f"“{name}”" in binary.fail("inspect", name, code=125).stderr


def test_a_user_is_no_secret(app, plugin):
    """Of docker's own option, an address in an annotation, and a path as Jenkins makes it."""
    app.push("docker-arm64", "linux/arm64")
    words = ["publish", "--annotation", f"authors=contact:{app.path.split('/')[0]}-team@docker.com", app.at("docker"), "docker-arm64"]
    result = plugin.spawn(["docker", "-H", "ssh://docker@192.0.2.1", "manifestx", *words])
    assert result.returncode == 0 and f"Published {app.at('docker')}\n" in result.stderr
    layout = f"oci:{plugin.home}/job@2/layout:v1"
    missing = plugin.fail("publish", f"--platform={layout}=linux/arm64", app.at("v1"), layout).stderr
    assert f"{plugin.home}/job@2/layout" in missing and "***" not in missing
    path = f"{plugin.home}/job@2/list.json"
    missing = plugin.fail("publish", "--from", path, app.at("v1")).stderr
    assert path in missing and "***" not in missing


@pytest.mark.parametrize("words", [
    ["resolve", "--mirror", "https://me:hunter2@mirror.example.com", "alpine"], ["doctor", "oci://me:hunter2@r.example/a"],
    ["inspect", "https://me:hunter2@registry.example.com/app.tar"],
    ["publish", "--from", "https://me:hunter2@registry.example.com/list.json?job=7", "a:v1"],
    ["resolve", "--mirror=https://me:hunt=er2@mirror.example.com", "alpine"],
    ["publish", "--expect", "https://me-hunter2-with-24-characters-or-more@registry.example.com", "a:v1", "b"],
], ids=["option", "scheme", "file", "query", "equals sign", "token"])
def test_a_password_on_the_command_line_is_not_shown(binary, words):
    result = binary.attempt(*words)
    assert result.returncode != 0 and "***@" in result.stderr and "er2" not in result.output


@pytest.mark.parametrize("words, name, read_as", [
    (["publish", "harbr/test/app:v1", "v1-arm64"], "harbr/test/app:v1", "docker.io/harbr/test/app:v1"),
    (["publish", "reg.example/app:v1", "harbr/app:v1-arm64"], "harbr/app:v1-arm64", "docker.io/harbr/app:v1-arm64"),
    (["inspect", "app"], "app", "docker.io/library/app:latest"),
])
def test_a_name_without_a_host_is_said_to_be_on_docker_hub(binary, words, name, read_as):
    """Docker Hub cannot be reached from here."""
    result = binary.fail(*words, "--retry-max-wait", "1ms")
    remark = f"  “{name}” was read as {read_as}. If it is in another registry, add the registry's host: HOST[:PORT]/NAME"
    assert result.stderr.splitlines()[-1] == remark


def test_config_directory_from_dockers_flag(token_app, by_docker, tmp_path):
    """The credentials are only in that directory, and so is the link to the plugin."""
    by_docker.trust(token_app.host, token_app.registry.ca_file)
    by_docker.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    elsewhere = tmp_path / "elsewhere"
    by_docker.config_dir.rename(elsewhere)
    result = by_docker.publish(
        token_app.at("v1"), *token_app.push_pair(), docker_flags=["--config", str(elsewhere)]
    )
    assert result.stdout == f"{token_app.manifest('v1').digest}\n"


@pytest.mark.parametrize("before, after", [
    (["-D"], []), (["--debug"], []), (["-l", "debug"], []), (["--log-level=debug"], []), ([], ["-D"]),
])
def test_debug_goes_to_stderr(app, by_docker, before, after):
    """docker's options can be before and after the plugin's name."""
    words = app.push_pair()
    quiet = by_docker.publish(app.at("v1"), *words)
    loud = by_docker.run(*after, "publish", app.at("v1"), *words, docker_flags=before)
    assert loud.stdout == quiet.stdout
    assert f"/v2/{app.path}/manifests/" in loud.stderr
    assert f"/v2/{app.path}/manifests/" not in quiet.stderr


@pytest.mark.parametrize("flags", [
    ["-c", "default"], ["--context=default"], ["-H", "tcp://127.0.0.1:1"], ["--tlsverify=false"],
])
def test_engine_flags_are_ignored(app, by_docker, flags):
    words = app.push_pair()
    result = by_docker.publish(app.at("v1"), *words, docker_flags=flags)
    assert result.stdout == f"{app.manifest('v1').digest}\n"


UNWRITABLE = [("inspect NAME", redirection) for redirection in (">&-", "<&- >&-", "| true")] + [
    (words, ">/dev/full") for words in (
        "inspect NAME", "inspect --format json NAME", "inspect --format digest NAME", "inspect --format platforms NAME",
        "inspect --raw NAME", "publish NAME-list :arm64", "add NAME-list :arm64", "publish --dry-run NAME-list :arm64", "version", "--version",
        "", "help publish", "publish --help", "completion bash", "hooks status", "__man", "__complete ''",
        "__completeNoDesc ''", "docker-cli-plugin-metadata",
    )
]


@pytest.mark.parametrize("words, redirection", UNWRITABLE)
def test_unwritable_stdout_is_an_error(app, binary, words, redirection):
    """The descriptor of a closed stream must not be reused for a connection to the registry."""
    app.push("arm64", "linux/arm64")
    run = f'"$0" {words.replace("NAME", app.at("arm64"))}'
    # The reader of a pipe has ended before the program starts.
    before = "sleep 0.1;" if "|" in redirection else ""
    result = binary.spawn(["sh", "-c", run, str(binary.binary)])
    assert result.returncode == 0 and result.stdout, "it works where the output can be written"
    script = f"({before} {run}; echo $? >status) {redirection}; exit $(cat status)"
    result = binary.spawn(["sh", "-c", script, str(binary.binary)])
    assert result.returncode == 1
    # After TAB, an error would be printed into the command line that is being typed.
    message = "but the result cannot be written: " if "NAME-list" in words and "dry" not in words else "cannot write the result: "
    assert (message in result.stderr) != words.startswith("__complete")
    assert "Invalid argument" not in result.stderr
