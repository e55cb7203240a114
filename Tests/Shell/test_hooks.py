"""What docker prints after `docker push`. test_hooks_settings.py tests how to turn this on and off.

The real docker CLI runs in a pseudo-terminal and pushes a real image to a real registry. Its engine
is podman's service (see `support.engine`). Only calls that docker never makes, and calls after a
push that podman cannot do, are made directly (`called_by`).
"""

import json
import shlex
import shutil
import subprocess

import pexpect  # Debian: python3-pexpect
import pytest

from support.engine import Engine
from support.repository import platforms

TITLE = "What's next:"


@pytest.fixture(scope="module")
def engine(tmp_path_factory, plain_registry):
    with Engine(tmp_path_factory.mktemp("engine"), [plain_registry.host]) as engine:
        yield engine


@pytest.fixture
def docker(by_docker, engine):
    """Runs docker on a terminal and returns the output."""
    def run(*words, environment=None):
        child = pexpect.spawn(
            shutil.which("docker"), list(words), encoding="utf-8", cwd=by_docker.home,
            env={**by_docker.environment, **engine.environment, **(environment or {})},
            dimensions=(60, 250), timeout=60,
        )
        child.expect(pexpect.EOF)
        child.close()
        return child.before.replace("\r", "")
    return run


@pytest.mark.parametrize("tag, list_tag, images", [
    ("v1-arm64", "v1", "'v1-*'"),
    ("v1-x86_64", "v1", "'v1-*'"),
    ("v1-arm64-20210624", "v1-20210624", "'v1-*-20210624'"),
    ("armhf-1.2", "1.2", "'*-1.2'"),
    ("amd64", "latest", "amd64 IMAGE..."),
])
def test_docker_suggests_publish_after_a_push(app, engine, by_docker, docker, tag, list_tag, images):
    by_docker.run("hooks", "enable")
    engine.add_image(app.at(tag))
    output = docker("push", app.at(tag))
    assert TITLE in output
    command = f"docker manifestx publish {app.name}:{list_tag} {images}"
    assert f"{command}\n" in output
    assert tag in app.tags()
    if "*" in images:
        # It can be run as it is, if the images are what their tags say: the engine's are for amd64.
        other = tag.replace("arm64", "s390x").replace("x86_64", "s390x").replace("armhf", "s390x")
        app.push(other, "linux/s390x")
        result = by_docker.spawn(["sh", "-c", f"{command} --platform-from tag"])
        assert result.returncode == 0, result.output
        assert len(platforms(app.manifest(list_tag).content)) == 2


@pytest.mark.parametrize("words", [
    ["image", "push"], ["push", "-q"], ["push", "--quiet=true"], ["--log-level=error", "push"],
    ["-l", "error", "image", "push", "--disable-content-trust"], ["push", "--"],
])
def test_docker_suggests_publish_after_each_form_of_push(app, engine, by_docker, docker, words):
    by_docker.run("hooks", "enable")
    engine.add_image(app.at("v1-arm64"))
    step = f"docker manifestx publish {app.at('v1')} 'v1-*'\n"
    assert step in docker(*words, app.at("v1-arm64"))


def test_the_settings_in_the_config_option_count(app, engine, by_docker, docker, tmp_path):
    by_docker.run("hooks", "enable")
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(by_docker.config_dir, elsewhere, symlinks=True)
    by_docker.run("hooks", "disable")
    engine.add_image(app.at("v1-arm64"))
    assert TITLE not in docker("push", app.at("v1-arm64"))
    assert TITLE in docker("--config", str(elsewhere), "push", app.at("v1-arm64"))


@pytest.mark.parametrize("tag", ["v1", "charm-1.2", "linux", "arm64-amd64"])
def test_no_suggestion_for_a_tag_without_architecture(app, engine, by_docker, docker, tag):
    by_docker.run("hooks", "enable")
    engine.add_image(app.at(tag))
    assert TITLE not in docker("push", app.at(tag))
    assert tag in app.tags()


def called_by(plugin, *words):
    """The suggestion of the hook, called by a process that looks like docker.

    For cases that podman's service does not support, so that a real docker push cannot show them.
    The process is a shell with the name docker and these arguments; the first one is its script.
    """
    request = json.dumps({"RootCmd": "push", "Flags": {}, "CommandError": ""})
    call = f"{shlex.quote(str(plugin.binary))} manifestx docker-cli-plugin-hooks '{request}'\n"
    (plugin.home / words[0]).write_text(f"{call}exit\n")
    done = subprocess.run(
        ["docker", *words], executable="/bin/bash", cwd=plugin.home, env=plugin.environment,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True,
    )
    return json.loads(done.stdout)["Template"] if done.stdout else ""


def test_no_suggestion_if_all_tags_are_pushed(binary):
    assert "publish a.example/b:v1 'v1-*'" in called_by(binary, "push", "a.example/b:v1-arm64")
    for flag in ("-a", "--all-tags", "--all-tags=true"):
        assert called_by(binary, "push", flag, "a.example/b:v1-arm64") == ""


def test_no_suggestion_for_an_image_with_a_digest(binary):
    assert "publish a.example/b:v1 'v1-*'" in called_by(binary, "push", "a.example/b:v1-arm64")
    assert called_by(binary, "push", f"a.example/b:v1-arm64@sha256:{'0' * 64}") == ""


def test_the_value_of_an_option_is_not_an_image(binary):
    words = "push", "--platform", "linux/arm64", "a.example/b:v1-arm64"
    assert "publish a.example/b:v1 'v1-*'" in called_by(binary, *words)


def test_no_suggestion_after_a_failed_push(engine, by_docker, docker):
    by_docker.run("hooks", "enable")
    name = "127.0.0.1:1/no/registry:v1-arm64"
    engine.add_image(name)
    output = docker("push", name)
    assert "refused" in output
    assert TITLE not in output


def test_no_suggestion_if_hooks_are_off(app, engine, by_docker, docker):
    engine.add_image(app.at("v1-arm64"))
    assert TITLE not in docker("push", app.at("v1-arm64"))
    by_docker.run("hooks", "enable")
    assert TITLE in docker("push", app.at("v1-arm64"))
    off = {"DOCKER_CLI_HOOKS": "0"}
    assert TITLE not in docker("push", app.at("v1-arm64"), environment=off)
    by_docker.run("hooks", "disable")
    assert TITLE not in docker("push", app.at("v1-arm64"))


def test_the_environment_can_turn_hooks_on(app, engine, by_docker, docker):
    by_docker.configure({"plugins": {"manifestx": {"hooks": "push"}}})
    engine.add_image(app.at("v1-arm64"))
    assert TITLE not in docker("push", app.at("v1-arm64"))
    assert TITLE in docker("push", app.at("v1-arm64"), environment={"DOCKER_CLI_HOOKS": "1"})


@pytest.mark.parametrize("variables, is_on", [
    ({"DOCKER_CLI_HINTS": "true"}, True), ({"DOCKER_CLI_HINTS": "false"}, False),
    ({"DOCKER_CLI_HOOKS": "1", "DOCKER_CLI_HINTS": "false"}, True),
])
def test_status_agrees_with_docker(app, engine, by_docker, docker, variables, is_on):
    """For both variables that docker reads."""
    by_docker.run("hooks", "enable")
    engine.add_image(app.at("v1-arm64"))
    assert (TITLE in docker("push", app.at("v1-arm64"), environment=variables)) == is_on
    status = by_docker.run("hooks", "status", environment=variables).stdout
    assert status == ("enabled\n" if is_on else "disabled\n")


def test_no_suggestion_without_a_terminal(app, engine, by_docker):
    by_docker.run("hooks", "enable")
    engine.add_image(app.at("v1-arm64"))
    result = by_docker.spawn(["docker", "push", app.at("v1-arm64")], engine.environment)
    assert result.returncode == 0
    assert TITLE not in result.output


@pytest.mark.parametrize("request_text", [
    '{"RootCmd":"push","Flags":{},"CommandError":""}',  # The caller is not docker.
    '{"RootCmd":"pull","Flags":{},"CommandError":""}', "{}", "", "not json", "[1]",
])
def test_without_a_suggestion_nothing_is_printed(binary, request_text):
    """docker 26.0 prints its title even above an empty suggestion. Every docker ignores an empty output."""
    assert called_by(binary, "push", "a.example/b:v1-arm64"), "this is a suggestion"
    result = binary.run("manifestx", "docker-cli-plugin-hooks", request_text)
    assert result.output == ""
