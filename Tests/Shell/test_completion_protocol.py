"""The answers to `__complete`, which docker's completion scripts call: the possible values."""

import re
import shutil
import time

import pytest

from support.completion import KEEP_ORDER, NO_FILES, NO_SPACE, ONLY_DIRECTORIES, complete, values
from support.credentials import auth
from support.users import READER


def test_commands_are_listed_with_descriptions(plugin):
    found, directive = complete(plugin, "")
    assert {"publish", "inspect", "version", "completion", "hooks"} <= found.keys()
    assert found["version"] == "Show the version of this plugin"
    assert directive == NO_FILES


def test_commands_are_completed_from_a_prefix(plugin):
    assert values(plugin, "v") == ["version"]
    assert values(plugin, "help", "v") == ["version"]
    assert values(plugin, "no-such") == []
    assert values(plugin, "no-such", "") == []


@pytest.mark.parametrize("command", ["publish", "inspect", "version", "completion", "hooks"])
def test_options_of_a_command_equal_those_in_its_help(plugin, command):
    found, directive = complete(plugin, command, "--")
    help_text = plugin.run(command, "--help").stdout
    options = re.findall(r"^ +(?:-\w, )?(--[\w-]+)", help_text, re.MULTILINE)
    assert list(found) == sorted(options)
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
    (["remove", "a.example/b", "linux/s390x", "linux/s"], []),
    (["remove", "a.example/b", "linux/amd64", "linux/s"], ["linux/s390x"]),
])
def test_values_of_options_and_arguments(plugin, words, expected):
    found, directive = complete(plugin, *words)
    assert list(found) == expected
    assert directive & NO_FILES, "this is the answer of the plugin"


def test_what_an_option_excludes_is_not_offered(app, plugin):
    app.push("v1-arm64")
    assert values(plugin, "publish", app.at("v1"), "v1-") == ["v1-arm64"]
    assert values(plugin, "publish", "--from", "x", app.at("v1"), "v1-") == []
    assert values(plugin, "publish", "--from=x", f"{app.name}:v1-") == [app.at("v1-arm64")]
    assert values(plugin, "publish", "--file", "x", f"{app.name}:v1-") == []
    for helper in ("mx_publish", "manifest"):
        assert values(plugin, helper, app.at("v1"), "v1-") == ["v1-arm64"]
        assert values(plugin, helper, "--from", "x", app.at("v1"), "v1-") == []


def test_no_files_are_tags_of_an_archive(plugin):
    """bash would offer them after the colon."""
    assert complete(plugin, "inspect", "./a.tar:") == ({}, NO_FILES)


@pytest.mark.parametrize("path", ["./a", "../", "/tmp/", "~/"])
@pytest.mark.parametrize("words, directive", [
    (["publish"], NO_FILES), (["annotate"], NO_FILES), (["publish", "a.example/b"], 0), (["inspect"], 0),
])
def test_paths_of_archives_are_completed_by_the_shell(plugin, words, directive, path):
    """Only images that are there already can be named so."""
    assert complete(plugin, *words, path) == ({}, directive)


@pytest.mark.parametrize("prefix", ["oci-layout://", "ocidir://", "oci:", "oci-archive:"])
def test_the_path_of_a_layout_is_completed(plugin, tmp_path, prefix):
    for name in ("layouts/one", "layouts/.hidden", "layouts/with space", "layouts/x\ny"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "layouts/two.tar").touch()
    for words in ["publish"], ["publish", "a.example/b"], ["inspect"], ["mx_digest"]:
        found, directive = complete(plugin, *words, f"{prefix}{tmp_path}/layouts/")
        archives = [f"{prefix}{tmp_path}/layouts/two.tar"] if prefix == "oci-archive:" else []
        assert list(found) == [f"{prefix}{tmp_path}/layouts/one/", *archives]
        assert directive == NO_SPACE | NO_FILES
    assert values(plugin, "inspect", f"{prefix}{tmp_path}/layouts/.h") == [f"{prefix}{tmp_path}/layouts/.hidden/"]
    assert values(plugin, "inspect", f"{prefix}{tmp_path}/no/") == []


def test_a_path_that_is_the_beginning_of_another_is_offered_too(plugin, tmp_path):
    both = [f"oci-archive:{tmp_path}/{name}" for name in ("x.tar", "x.tar.old")]
    for name in "x.tar", "x.tar.old":
        (tmp_path / name).touch()
    assert values(plugin, "inspect", both[0]) == both


def test_an_image_in_platform_is_completed_without_a_space(plugin):
    assert complete(plugin, "publish", "a", "x", "--platform", "")[1] == NO_SPACE | NO_FILES


def test_the_value_of_config_is_a_directory(binary):
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
def test_global_options_are_completed(binary, words, expected):
    assert values(binary, *words) == expected


def test_global_options_equal_those_in_the_help(binary):
    found, _ = complete(binary, "--")
    options = binary.run("--help").stdout.partition("Global Options:\n")[2].splitlines()
    assert list(found) == [line[line.index("--"):].split()[0] for line in options if "--" in line[:8]]


def test_global_options_of_docker_are_not_completed(by_docker):
    assert complete(by_docker, "--") == ({}, NO_FILES)


def test_help_is_completed_but_not_listed(plugin):
    assert values(plugin, "he") == ["help"]
    assert "help" not in values(plugin, "")


def test_descriptions_can_be_turned_off(binary):
    for options in (
        {"command": "__completeNoDesc"},
        {"environment": {"DOCKER_CLI_DISABLE_COMPLETION_DESCRIPTION": "1"}},
    ):
        found, _ = complete(binary, "", **options)
        assert "publish" in found
        assert not any(found.values())


def test_no_options_are_completed_after_two_dashes(plugin):
    assert "--tag" in values(plugin, "publish", "--")
    assert complete(plugin, "publish", "--", "--") == ({}, NO_FILES)


def test_registries_in_the_docker_configuration_are_completed(plugin):
    helpers = {"helped.example.com": "none", "[::1]:5000": "none"}
    keys = ["https://index.docker.io/v1/", "https://auth.example.com/v2/"]
    plugin.configure({"auths": {key: {} for key in keys}, "credHelpers": helpers})
    found, directive = complete(plugin, "inspect", "")
    assert list(found) == [
        "[::1]:5000/", "auth.example.com/", "docker.io/", "helped.example.com/",
    ]
    assert directive == NO_SPACE | NO_FILES


def test_invalid_host_names_in_the_configuration_are_ignored(plugin):
    plugin.configure({"auths": {"good.example.com": {}, "evil\x1b[31m\nexample": {}, "a b": {}}})
    assert values(plugin, "inspect", "") == ["good.example.com/"]


def test_tags_of_a_repository_are_completed(app, plugin):
    app.push("v1-arm64", "linux/arm64")
    app.push("other")
    found, directive = complete(plugin, "inspect", f"{app.name}:")
    assert found == {app.at("other"): "", app.at("v1-arm64"): "linux/arm64"}
    assert directive == NO_FILES


def test_tags_that_match_the_list_come_first(app, plugin):
    for tag in ("a-amd64", "a-base", "v1", "v1-arm64", "v1-arm64-0624", "v1.2-arm64", "v1-s390x",
                "amd64", "v10-arm64", "v1_amd64", "v1_amd64_0624"):
        app.push(tag)
    found, directive = complete(plugin, "publish", app.at("v1"), "")
    assert list(found) == [
        "v1-arm64", "v1-s390x", "v1_amd64",  # Without the architecture, these are v1.
        "v1-arm64-0624", "v1_amd64_0624",
        "a-amd64", "amd64", "v1.2-arm64", "v10-arm64",
        "a-base",
    ]
    assert directive == KEEP_ORDER | NO_FILES


def test_names_of_new_lists_come_first(app, plugin):
    """They follow from images of several platforms. Only publish makes lists."""
    for tag in ("v1-arm64-0624", "v1-amd64-0624", "v1-amd64-0625", "v2-arm64", "v2_amd64", "v3-arm64", "old"):
        app.push(tag)
    both = "new list of linux/amd64, linux/arm64"
    found, directive = complete(plugin, "publish", f"{app.name}:")
    assert dict(list(found.items())[:3]) == {app.at("v1"): both, app.at("v1-0624"): both, app.at("v2"): both}
    assert len(found) == 3 + 7
    assert directive == KEEP_ORDER | NO_FILES
    assert values(plugin, "publish", app.at("v2")) == [app.at(tag) for tag in ("v2", "v2-arm64", "v2_amd64")]
    assert len(values(plugin, "add", f"{app.name}:")) == len(values(plugin, "inspect", f"{app.name}:")) == 7
    assert app.at("v1") in values(plugin, "mx_publish", f"{app.name}:")


def test_every_form_of_an_image_is_completed(app, plugin):
    app.push("v1-arm64")
    app.push("v1-amd64")
    line = ["publish", app.at("v1")]
    assert values(plugin, *line, ":v1-ar") == [":v1-arm64"]
    assert values(plugin, *line, f"{app.name}:v1-ar") == [app.at("v1-arm64")]
    assert values(plugin, *line, "v1-amd64", "v1-") == ["v1-arm64"]
    assert values(plugin, "publish", "--tag", "v1-a", app.name) == []
    assert values(plugin, "publish", app.at("v1"), "--tag", "v1-a") == []


def test_only_tags_that_a_list_can_have_are_completed(app, plugin):
    """The list would take the tags of images from them."""
    for tag in ("v1", "v1-arm64", "v1-amd64-alpine", "386-amd64", "stable", "nightly", "other"):
        app.push(tag)
    line = ["publish", app.at("v1"), "v1-arm64", ":nightly"]
    assert values(plugin, *line, "-t", "") == ["other", "stable"]
    assert values(plugin, *line, "--tag", "v1") == []


def test_the_tag_of_the_list_says_nothing_about_its_images(app, plugin):
    for tag in ("386-arm64", "386-amd64-2", "s390x", "base"):
        app.push(tag)
    found, _ = complete(plugin, "publish", app.at("386"), "")
    assert found == {
        "386-arm64": "linux/arm64, for 386", "386-amd64-2": "linux/amd64, for 386",
        "s390x": "linux/s390x", "base": "",
    }


def test_the_credentials_of_docker_login_are_used(protected_app, plugin):
    plugin.trust(protected_app.host, protected_app.registry.ca_file)
    plugin.configure({"auths": {protected_app.host: auth(READER)}})
    protected_app.push("v1-arm64")
    found = values(plugin, "inspect", f"{protected_app.name}:")
    assert found == [protected_app.at("v1-arm64")]


def test_the_config_option_of_docker_is_used(token_app, by_docker, tmp_path):
    """docker does not pass it to the plugin here."""
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


@pytest.mark.parametrize("line, used", [
    ("__complete manifestx", "own"), ("--config {}/first __complete manifestx", "first"),
    ("__complete --config {}/second manifestx", "second"),
    ("--config {}/first __complete --config {}/second manifestx", "second"),
    ("--config {}/first __complete manifestx --config {}/second", "second"),
    ("--config {}/first __complete --config {}/second manifestx --config {}/own", "own"),
])
def test_the_last_config_option_counts(by_docker, line, used):
    """As in docker, which reads the options before and after __complete itself."""
    for name in ("first", "second", "own"):
        directory = by_docker.home / name
        shutil.copytree(by_docker.config_dir, directory, symlinks=True)
        (directory / "config.json").write_text(f'{{"auths": {{"{name}.example.com": {{}}}}}}')
    words = line.replace("{}", str(by_docker.home)).split()
    result = by_docker.spawn(
        ["docker", *words, "inspect", ""], {"DOCKER_CONFIG": str(by_docker.home / "own")}
    )
    assert result.stdout.splitlines()[0].split("\t")[0] == f"{used}.example.com/"


def test_the_answer_is_fast(binary):
    """It takes about as long as the metadata answer, with a margin for a busy machine."""
    def fastest(*words):
        times = []
        for _ in range(15):
            start = time.monotonic()
            assert binary.run(*words).stdout
            times.append(time.monotonic() - start)
        return min(times)

    metadata = fastest("docker-cli-plugin-metadata")
    assert fastest("__complete", "manifestx", "p") < 2 * metadata + 0.005
