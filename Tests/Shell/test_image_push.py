"""helpers/image_push.sh, with a real engine (podman) and a real registry.

docker and nerdctl have no engine here. A stand-in on the PATH records how it was called, and podman
does the work. The script handles options, names and statuses in the same way for all three.
"""

import re
import shlex
from dataclasses import dataclass

import pytest

from support.plugin import Plugin
from support.podman import Podman
from support.repository import LOOPBACK, platforms, skopeo_raw
from support.shells import HELPERS, path_with_only, program

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

    def stand_in(self, name, body):
        """Puts a program first on the PATH. It records its arguments, which the result returns."""
        path = self.plugin.bin / name
        path.write_text(f'#!/bin/sh\necho "$*" >>"{path}.calls"\n{body}\n')
        path.chmod(0o755)
        calls = path.with_name(f"{name}.calls")
        return lambda: calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def script(by_docker, tmp_path):
    by_docker.configure({})  # podman requires the file if DOCKER_CONFIG is set.
    return Script(by_docker, Podman(tmp_path / "podman"))


@pytest.fixture
def built(app, script):
    """Two images for different platforms that exist only on this machine; returns their tags."""
    tags = "v1-arm64-20210624", "v1-amd64-20210624"
    for tag, arch in zip(tags, ("arm64", "amd64")):
        script.podman.make(app.at(tag), arch)
    return tags


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
    calls = script.stand_in("podman", "exit 9")
    script.run("manifest", "--no-push", app.at("v1"), *tags)
    published(app, tags)
    assert calls() == []


def test_insecure_is_passed_to_the_plugin(non_loopback_app, script):
    tags = non_loopback_app.push_pair()
    script.run("manifest", "--no-push", non_loopback_app.at("v1"), *tags, code=1)
    assert "v1" not in non_loopback_app.tags()
    script.run("manifest", "--no-push", "--insecure", non_loopback_app.at("v1"), *tags)
    assert "v1" in non_loopback_app.tags()


def test_nothing_is_published_after_a_failed_push(app, script, built):
    """podman requires TLS on loopback, too, and exits with 125."""
    result = script.run("manifest", app.at("v1"), *built, code=125)
    assert "HTTPS" in result.stderr
    assert app.tags() == []


def test_the_status_is_that_of_the_command_that_failed(app, script, built):
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


def engine_that_pushes_anything(script):
    """A stand-in for docker that also runs the plugin; the result returns its push commands."""
    binary = shlex.quote(str(script.plugin.binary))
    calls = script.stand_in("docker", f'[ "$1" != manifestx ] || {{ shift; exec {binary} "$@"; }}')
    return lambda: [call for call in calls() if call.startswith("push")]


@pytest.mark.parametrize("arguments", [
    ["reg.example/a:v1", "v1-arm64", ""], ["reg.example/a:v1", "v1-arm64", ":"],
    ["", "v1-arm64", "v1-amd64"],
    ["reg.example/A:v1", "v1-arm64", "v1-amd64"], ["reg.example/a:v 1", "v1-arm64", "v1-amd64"],
    ["reg.example/a@sha256:" + "0" * 64, "v1-arm64", "v1-amd64"],
    ["reg.example/a:v1", "v1", "v1-amd64"],
])
def test_nothing_is_pushed_if_it_cannot_be_published(script, arguments):
    pushed = engine_that_pushes_anything(script)
    assert "ERROR: " in script.run("manifest", *arguments, code=1).stderr
    assert pushed() == []


@pytest.mark.parametrize("host", ["docker.io/", "index.docker.io/", ""])
def test_short_and_long_names_of_docker_hub_are_equal(script, host):
    images = ["app:v1-arm64", "library/app:v1-amd64"]
    binary = shlex.quote(str(script.plugin.binary))
    calls = script.stand_in("docker", f"""case $* in
      "manifestx publish "*) exit 3 ;;
      manifestx*) shift; exec {binary} "$@" ;;
    esac""")
    script.run("manifest", f"{host}library/app:v1", *images, code=3)
    assert calls()[-3:] == [
        "push app:v1-arm64", "push library/app:v1-amd64",
        f"manifestx publish {host}library/app:v1 app:v1-arm64 library/app:v1-amd64",
    ]


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["manifest", "--help"]])
def test_help_is_printed(script, arguments):
    result = script.run(*arguments)
    assert result.stdout.startswith("Usage:  image_push.sh manifest ")
    assert result.stderr == ""


def test_a_caller_with_set_e_ends_with_the_same_status(app, script, built):
    call = shlex.join([SCRIPT, "manifest", app.at("v1"), *built])
    result = script.plugin.spawn(
        ["bash", "-c", f"set -e; {call}; echo on"], script.podman.environment
    )
    assert (result.returncode, result.stdout) == (125, "")


@pytest.mark.parametrize("engine, version, push", [
    ("docker", "Docker version 28.2.2, build e6534b4", "push {}"),
    ("nerdctl", "nerdctl version 2.1.2", "--insecure-registry push {}"),
    ("nerdctl", "", "--insecure-registry push {}"),
    ("docker", "podman version 5.4.0", "push --tls-verify=false {}"),  # The package podman-docker.
    ("docker", "nerdctl version 2.1.2", "--insecure-registry push {}"),
    ("my-engine", "podman-remote version 5.4.0", "push --tls-verify=false {}"),
])
def test_each_engine_gets_its_own_options(app, script, built, engine, version, push):
    """The engine is known by its version, not by its name. What it prints is not taken for the digest.

    The stand-in pushes with podman, and has no plugins: they belong to the real docker.
    """
    (script.plugin.bin / "docker-manifestx").symlink_to(script.plugin.binary)
    calls = script.stand_in(engine, f"""case $* in
      *"push "*)
        echo "pushed: $*"
        for name; do :; done
        exec podman push --tls-verify=false "$name" ;;
      "image inspect "*) exec podman "$@" ;;
      --version) echo "{version}" ;;
      *) echo "no such command"; exit 9 ;;
    esac""")
    result = script.run("manifest", "--insecure", app.at("v1"), *built, MANIFESTX_ENGINE=engine)
    assert result.stdout == f"{published(app, built)}\n"
    pushes = [call for call in calls() if "push " in call]
    assert pushes == [push.format(app.at(tag)) for tag in built]


def test_the_engine_that_has_all_images_is_used(app, script, built):
    """The docker command is installed, but its engine has only the first image."""
    calls = script.stand_in("docker", f"""case $* in
      "image inspect {app.at(built[0])}") ;;
      image*) exit 1 ;;
      manifestx*) shift; exec {shlex.quote(str(script.plugin.binary))} "$@" ;;
      *) exit 9 ;;
    esac""")
    result = script.run("manifest", "--insecure", app.at("v1"), *built)
    assert result.stdout == f"{published(app, built)}\n"
    assert [line for line in result.stderr.splitlines() if line.startswith("Pushing ")] == [
        f"Pushing {app.at(tag)} with podman" for tag in built
    ]
    assert not [call for call in calls() if "push" in call]


@pytest.mark.parametrize("engine", ["", "podman"])
def test_nothing_is_pushed_if_an_image_is_missing(app, script, built, engine):
    """The error names the image, the engine and what the engine says; docker has no engine here."""
    images = [app.at("none"), app.at(built[0])]
    result = script.run("manifest", "--insecure", app.at("v1"), built[0], "none", code=1, MANIFESTX_ENGINE=engine)
    error, *missing, advice = result.stderr.splitlines()
    assert error == "ERROR: no engine has all images, so nothing was pushed"
    assert re.fullmatch(rf"  podman image inspect {images[0]}: .*{images[0]}.*", missing.pop())
    assert [line.split(": ")[0] for line in missing] == ([] if engine else [
        f"  docker image inspect {image}" for image in reversed(images)
    ])
    assert all("Cannot connect to the Docker daemon" in line for line in missing)
    assert "--no-push" in advice
    assert app.tags() == []


def test_the_engine_of_the_setting_must_be_installed(app, script, built):
    result = script.run("manifest", app.at("v1"), *built, code=127, MANIFESTX_ENGINE="x y")
    assert result.stderr == "ERROR: the program of MANIFESTX_ENGINE is missing: x y\n"


def test_no_installed_engine_is_an_error(app, script, tmp_path):
    tools = path_with_only(tmp_path / "only", program("sh"), program("cat"), script.plugin.binary)
    result = script.run("manifest", app.at("v1"), "v1-arm64", "v1-amd64", code=127, **tools)
    [line] = result.stderr.splitlines()
    assert "--no-push" in line
    digests = [f"@{app.manifest(tag).digest}" for tag in app.push_pair()]
    script.run("manifest", app.at("v1"), *digests, **tools)
    assert "v1" in app.tags()


def test_a_missing_plugin_is_found_before_the_push(app, script, built, tmp_path):
    tools = path_with_only(tmp_path / "only", program("sh"), program("podman"))
    result = script.run("manifest", "--insecure", app.at("v1"), *built, code=127, **tools)
    [line] = result.stderr.splitlines()
    assert "docker-manifestx is missing" in line
    assert app.tags() == []
