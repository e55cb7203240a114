"""The answers to `__complete`, as docker's completion scripts ask: what fits in a place."""

import shutil
import time

import pytest

from support.completion import KEEP_ORDER, NO_FILES, NO_SPACE, ONLY_DIRECTORIES, complete, values
from support.credentials import auth
from support.users import READER


def test_commands(plugin):
    found, directive = complete(plugin, "")
    assert {"publish", "inspect", "version", "completion", "hooks"} <= found.keys()
    assert found["version"] == "Show the version of this plugin"
    assert directive == NO_FILES


def test_commands_by_their_beginning(plugin):
    assert values(plugin, "v") == ["version"]
    assert values(plugin, "help", "v") == ["version"]
    assert values(plugin, "no-such") == []
    assert values(plugin, "no-such", "") == []


@pytest.mark.parametrize("command", ["publish", "inspect", "version", "completion", "hooks"])
def test_options_are_those_of_help(plugin, command):
    found, directive = complete(plugin, command, "--")
    help_text = plugin.run(command, "--help").stdout
    options = help_text.partition("Options:\n")[2].splitlines()
    assert list(found) == [line[line.index("--"):].split()[0] for line in options]
    assert all(description in help_text for description in found.values())
    assert directive == NO_FILES


@pytest.mark.parametrize("words, expected", [
    (["publish", "--media-type", ""], ["auto", "oci", "docker"]),
    (["publish", "--media-type=d"], ["docker"]),
    (["publish", "--platform-from", "c"], ["check", "config"]),
    (["inspect", "--format", "ta"], ["table"]),
    (["inspect", "--platform", "linux/s3"], ["linux/s390x"]),
    (["completion", ""], ["bash", "zsh", "fish"]),
    (["hooks", ""], ["enable", "disable", "status"]),
    (["hooks", "enable", ""], []),
    (["publish", "a", "v1-x", "v1-y", "--platform", "v1"], ["v1-x=", "v1-y="]),
    (["publish", "a", "v1-x", "--platform", "v1-x=windows/"],
     ["v1-x=windows/amd64", "v1-x=windows/arm64"]),
    (["publish", "--media-type", "oci", "a", "v1-x", "--platform", ""], ["v1-x="]),
    (["publish", "--timeout", "1s", "a", "v1-x", "--platform", ""], ["v1-x="]),
    (["publish", "-qt", "tag", "a", "v1-x", "--platform", ""], ["v1-x="]),
    (["publish", "-ttag", "a", "v1-x", "--platform", ""], ["v1-x="]),
    (["publish", "--no-such", ""], []),
    (["publish", "--dry-run=x"], []),
])
def test_values(plugin, words, expected):
    assert values(plugin, *words) == expected


def test_an_image_before_its_platform_takes_no_space(plugin):
    assert complete(plugin, "publish", "a", "x", "--platform", "")[1] == NO_SPACE | NO_FILES


def test_a_directory(binary):
    assert complete(binary, "--config", "")[1] == ONLY_DIRECTORIES


@pytest.mark.parametrize("words, expected", [
    (["--"], ["--config", "--debug", "--log-level"]),
    (["--debug", "--l"], ["--log-level"]),
    (["-l", ""], ["debug", "info", "warn", "error", "fatal"]),
    (["--config", "x", "-D", "--log-level=e"], ["error"]),
    (["--config", "x", "ver"], ["version"]),
    (["--no-such", ""], []),
    (["help", "--"], []),
])
def test_options_of_the_program(binary, words, expected):
    assert values(binary, *words) == expected


def test_options_of_the_program_are_those_of_help(binary):
    found, _ = complete(binary, "--")
    options = binary.run("--help").stdout.partition("Global Options:\n")[2].splitlines()
    assert list(found) == [line[line.index("--"):].split()[0] for line in options if "--" in line[:8]]


def test_dockers_options_are_dockers_to_complete(by_docker):
    assert values(by_docker, "--") == []


def test_help_is_finished_and_not_listed(plugin):
    assert values(plugin, "he") == ["help"]
    assert "help" not in values(plugin, "")


def test_without_descriptions(binary):
    for options in (
        {"command": "__completeNoDesc"},
        {"environment": {"DOCKER_CLI_DISABLE_COMPLETION_DESCRIPTION": "1"}},
    ):
        found, _ = complete(binary, "", **options)
        assert "publish" in found
        assert not any(found.values())


def test_dashes_after_two_dashes_are_no_options(plugin):
    assert values(plugin, "publish", "--", "--") == []


def test_registries_that_docker_knows(plugin):
    helpers = {"helped.example.com": "none", "[::1]:5000": "none"}
    keys = ["https://index.docker.io/v1/", "https://auth.example.com/v2/"]
    plugin.configure({"auths": {key: {} for key in keys}, "credHelpers": helpers})
    found, directive = complete(plugin, "inspect", "")
    assert list(found) == [
        "[::1]:5000/", "auth.example.com/", "docker.io/", "helped.example.com/",
    ]
    assert directive == NO_SPACE | NO_FILES


def test_what_is_no_host_is_not_offered(plugin):
    plugin.configure({"auths": {"good.example.com": {}, "evil\x1b[31m\nexample": {}, "a b": {}}})
    assert values(plugin, "inspect", "") == ["good.example.com/"]


def test_tags_of_a_repository(app, plugin):
    app.push("v1-arm64", "linux/arm64")
    app.push("other")
    found, directive = complete(plugin, "inspect", f"{app.name}:")
    assert found == {app.at("other"): "", app.at("v1-arm64"): "linux/arm64"}
    assert directive == NO_FILES


def test_tags_that_fit_the_list_come_first(app, plugin):
    for tag in ("a-amd64", "a-base", "v1", "v1-arm64", "v1-arm64-0624", "v1.2-arm64", "v1-s390x",
                "amd64", "v10-arm64"):
        app.push(tag)
    found, directive = complete(plugin, "publish", app.at("v1"), "")
    assert list(found) == [
        "v1-arm64", "v1-s390x",  # NAME:v1 without its architecture.
        "v1-arm64-0624",
        "a-amd64", "amd64", "v1.2-arm64", "v10-arm64",
        "a-base",
    ]
    assert directive == KEEP_ORDER | NO_FILES


def test_images_in_their_other_forms(app, plugin):
    app.push("v1-arm64")
    app.push("v1-amd64")
    line = ["publish", app.at("v1")]
    assert values(plugin, *line, ":v1-ar") == [":v1-arm64"]
    assert values(plugin, *line, f"{app.name}:v1-ar") == [app.at("v1-arm64")]
    assert values(plugin, *line, "v1-amd64", "v1-") == ["v1-arm64"]
    assert values(plugin, "publish", "--tag", "v1-a", app.name) == []
    assert values(plugin, "publish", app.at("v1"), "--tag", "v1-a") == ["v1-amd64", "v1-arm64"]


def test_credentials_are_docker_logins(protected_app, plugin):
    plugin.trust(protected_app.host, protected_app.registry.ca_file)
    plugin.configure({"auths": {protected_app.host: auth(READER)}})
    protected_app.push("v1-arm64")
    found = values(plugin, "inspect", f"{protected_app.name}:")
    assert found == [protected_app.at("v1-arm64")]


def test_dockers_config_flag(token_app, by_docker, tmp_path):
    """docker does not hand it on here."""
    by_docker.trust(token_app.host, token_app.registry.ca_file)
    by_docker.configure({"auths": {token_app.host: auth(READER)}})
    token_app.push("v1-arm64")
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(by_docker.config_dir, elsewhere, symlinks=True)
    (by_docker.config_dir / "config.json").unlink()
    words = "manifestx", "inspect", f"{token_app.name}:"
    for flags in (["__complete", "--config", elsewhere], ["--config", elsewhere, "__complete"]):
        result = by_docker.spawn(["docker", *map(str, flags), *words])
        assert token_app.at("v1-arm64") in result.stdout


def test_the_answer_is_quick(binary):
    """Where no option matters, it takes no longer than the metadata (with room for a busy day)."""
    def fastest(*words):
        times = []
        for _ in range(15):
            start = time.monotonic()
            binary.run(*words)
            times.append(time.monotonic() - start)
        return min(times)

    metadata = fastest("docker-cli-plugin-metadata")
    assert fastest("__complete", "manifestx", "p") < 2 * metadata + 0.005
