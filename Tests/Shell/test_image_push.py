"""helpers/image_push.sh, with a real engine (podman) and a real registry.

It runs `publish --push`, whose own tests are Integration/test_publish_push.py and test_publish_push_engines.py.
"""

import shlex
from dataclasses import dataclass

import pytest

from support.plugin import Plugin
from support.podman import Podman
from support.repository import platforms, skopeo_raw
from support.shells import HELPERS, path_with_only, program
from support.stand_in import stand_in

SCRIPT = str(HELPERS / "image_push.sh")


@dataclass(frozen=True)
class Script:
    """Runs image_push.sh in the plugin's environment, with an engine that has images."""

    plugin: Plugin
    podman: Podman

    def attempt(self, *words, **environment):
        return self.plugin.spawn([SCRIPT, *words], {**self.podman.environment, **environment})

    def run(self, *words, code=0, **environment):
        result = self.attempt(*words, **environment)
        assert result.returncode == code, f"{words}: {result.returncode}\n{result.output}"
        assert code == 0 or result.stdout == ""
        return result


@pytest.fixture
def script(by_docker, podman):
    by_docker.configure({})  # podman requires the file if DOCKER_CONFIG is set.
    return Script(by_docker, podman)


def published(app, tags):
    """The digest of v1, which must be a list of both images; no other tags may exist."""
    assert app.tags() == sorted(["v1", *tags])
    content = skopeo_raw(app.at("v1"), "--tls-verify=false")
    assert platforms(content) == ["linux/arm64", "linux/amd64"]
    return app.manifest("v1").digest


@pytest.mark.parametrize("shell", [[], ["bash"], ["busybox", "sh"]])
def test_images_are_pushed_and_published(app, script, built, shell):
    """As a program, and with other shells that can be /bin/sh."""
    command = [*shell, SCRIPT, "manifest", "--insecure", app.at("v1"), *built]
    result = script.plugin.spawn(command, script.podman.environment)
    assert result.returncode == 0, result.output
    assert result.stdout == f"{published(app, built)}\n"


@pytest.mark.parametrize("form", ["{tag}", ":{tag}", "{name}:{tag}"])
def test_each_form_of_a_name_is_accepted(app, script, built, form):
    images = [form.format(name=app.name, tag=tag) for tag in built]
    script.run("manifest", app.at("v1"), *images, "--insecure", MANIFESTX_ENGINE="podman")
    published(app, built)


def test_a_list_without_a_tag_is_latest(app, script, built):
    script.run("manifest", app.name, *built, "--insecure")
    assert app.tags() == sorted(["latest", *built])


def test_an_image_with_a_digest_is_not_pushed(app, script, built):
    arm = app.push("v1-arm64-20210624", "linux/arm64")
    result = script.run("manifest", "--insecure", app.at("v1"), f"@{arm.digest}", built[1])
    published(app, built)
    assert f"@{arm.digest} is not pushed, because it has a digest" in result.stderr


def test_no_push_runs_no_engine(app, script):
    tags = app.push_pair()
    calls = stand_in(script.plugin, "podman", "exit 9")
    script.run("manifest", "--no-push", app.at("v1"), *tags)
    published(app, tags)
    assert calls() == []


def test_insecure_is_passed_to_the_plugin(non_loopback_app, script):
    tags = non_loopback_app.push_pair()
    script.run("manifest", "--no-push", non_loopback_app.at("v1"), *tags, code=5)
    assert "v1" not in non_loopback_app.tags()
    script.run("manifest", "--no-push", "--insecure", non_loopback_app.at("v1"), *tags)
    assert "v1" in non_loopback_app.tags()


def test_nothing_is_published_after_a_failed_push(non_loopback_app, script):
    """podman requires TLS. A caller with `set -e` ends with the same status."""
    app = non_loopback_app
    call = shlex.join([SCRIPT, "manifest", app.at("v1"), *script.podman.make_pair(app)])
    result = script.plugin.spawn(["bash", "-c", f"set -e; {call}; echo on"], script.podman.environment)
    assert (result.returncode, result.stdout) == (1, "")
    assert "HTTPS" in result.stderr and result.stderr.endswith("\nNothing was published.\n")
    assert app.tags() == []


def test_nothing_is_published_if_publish_fails(app, script, built):
    script.podman.make(app.at("odd-amd64"), "s390x")
    result = script.run("manifest", "--insecure", app.at("v1"), built[0], "odd-amd64", code=1)
    assert "linux/s390x" in result.stderr
    assert "v1" not in app.tags()


@pytest.mark.parametrize("arguments", [
    [], ["manifest"], ["manifest", "a:v1"], ["manifest", "a:v1", "b"], ["push", "a:v1", "b", "c"],
    ["manifest", "--fast", "a:v1", "b", "c"],
])
def test_invalid_arguments_are_an_error(script, arguments):
    result = script.run(*arguments, code=2)
    assert result.stderr.startswith("ERROR: ")
    assert result.stderr.splitlines()[1:] == ["  Run 'image_push.sh --help' for more information"]


@pytest.mark.parametrize("arguments", [
    ["reg.example/a:v1", "v1-arm64", ""], ["reg.example/a:v1", "v1-arm64", ":"],
    ["", "v1-arm64", "v1-amd64"],
    ["reg.example/A:v1", "v1-arm64", "v1-amd64"], ["reg.example/a:v 1", "v1-arm64", "v1-amd64"],
    ["reg.example/a@sha256:" + "0" * 64, "v1-arm64", "v1-amd64"],
    ["reg.example/a:v1", "v1", "v1-amd64"],
])
def test_nothing_is_pushed_if_it_cannot_be_published(script, arguments):
    calls = stand_in(script.plugin, "podman", "")
    assert "ERROR: " in script.run("manifest", *arguments, code=125).stderr
    assert calls() == []


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["manifest", "--help"]])
def test_help_is_printed(script, arguments):
    result = script.run(*arguments)
    assert result.stdout.startswith("Usage:  image_push.sh manifest ")
    assert result.stderr == ""


def test_a_missing_image_or_engine_has_a_status(app, script, built, tmp_path):
    missing = script.run("manifest", app.at("v1"), built[0], "none", code=1)
    assert missing.stderr.startswith("ERROR: no engine has all images, so nothing was pushed\n")
    unset = script.run("manifest", app.at("v1"), *built, code=127, MANIFESTX_ENGINE="x y")
    assert unset.stderr.startswith("ERROR: the program of MANIFESTX_ENGINE is missing: x y\n")
    tools = path_with_only(tmp_path / "only", program("sh"), script.plugin.binary)
    none = script.run("manifest", app.at("v1"), *built, code=127, **tools)
    assert none.stderr.startswith("ERROR: images cannot be pushed without docker, podman or nerdctl")
    for result in (missing, unset, none):
        assert result.stderr.endswith("(with image_push.sh: use --no-push)\n")
    assert app.tags() == []


def test_a_missing_plugin_is_found_before_the_push(app, script, built, tmp_path):
    tools = path_with_only(tmp_path / "only", program("sh"), program("podman"))
    result = script.run("manifest", "--insecure", app.at("v1"), *built, code=127, **tools)
    [line] = result.stderr.splitlines()
    assert "docker-manifestx is missing" in line
    assert app.tags() == []
