"""helpers/manifestx.sh, in each shell that it is for, against a real registry."""

import threading

import pytest

from support.repository import platforms
from support.waiting import wait_for


def test_publish(app, shell):
    arm, amd = app.push_pair()
    result = shell.run(f"mx_publish --quiet '{app.at('v1')}' {arm} {amd}")
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    assert result.stderr == ""
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/amd64"]


@pytest.mark.parametrize("tag, asked", [("v1", ":v1"), ("latest", "")])
def test_matrix(app, shell, tag, asked):
    for arch in ("arm64", "amd64"):
        app.push(f"{tag}-{arch}", f"linux/{arch}")
    result = shell.run(f"mx_matrix {app.name}{asked} amd64 --tag=stable arm64 --quiet")
    assert result.stdout == f"{app.manifest(tag).digest}\n"
    assert platforms(app.manifest(tag).content) == ["linux/amd64", "linux/arm64"]
    assert app.manifest("stable").digest == app.manifest(tag).digest


def test_digest(listed, shell):
    result = shell.run(f"mx_digest {listed.at('v1')}")
    assert result.stdout == f"{listed.manifest('v1').digest}\n"
    assert result.stderr == ""


def test_pin(listed, shell):
    """The name's port is not a tag, and what the name said before gives way to the digest."""
    digest = listed.manifest("v1").digest
    names = [listed.at("v1"), listed.name, f"{listed.name}@{digest}", f"{listed.at('v1')}@{digest}"]
    result = shell.run("".join(f"mx_pin '{name}' --insecure\n" for name in names))
    assert result.stdout == f"{listed.name}@{digest}\n" * len(names)


def test_platforms(listed, shell):
    result = shell.run(f"mx_platforms {listed.at('v1')}")
    assert result.stdout == "linux/arm64/v8\nlinux/amd64\n"


@pytest.mark.parametrize("platform, code", [
    ("linux/arm64", 0), ("linux/arm64/v8", 0), ("amd64", 0),
    ("linux/arm", 1), ("windows/amd64", 1),
])
def test_has_platform(listed, shell, platform, code):
    result = shell.run(f"mx_has_platform {listed.at('v1')} {platform}", code=code)
    assert result.output == ""


def test_has_platform_when_nobody_knows(app, shell):
    result = shell.run(f"mx_has_platform {app.at('v1')} linux/arm64", code=2)
    assert "is not in the registry" in result.stderr


def test_wait_for_what_comes_later(app, shell):
    mark = app.registry.log.mark()

    def push():
        wait_for(lambda: app.requests_since(mark), "there was a look")
        app.push("v1")

    thread = threading.Thread(target=push)
    thread.start()
    result = shell.run(f"mx_wait {app.at('v1')} --insecure; echo there")
    thread.join()
    assert result.stdout == "there\n"
    assert "300 s" in result.stderr


def test_wait_in_vain(app, shell):
    result = shell.run(f"mx_wait {app.at('v1')} 1; echo there", code=1)
    assert result.stdout == ""
    assert f"ERROR: {app.at('v1')} is not in the registry" in result.stderr


def test_wait_does_not_wait_for_what_will_not_pass(token_app, shell):
    shell.plugin.trust(token_app.host, token_app.registry.ca_file)
    result = shell.run(f"mx_wait {token_app.at('v1')}", code=1, timeout=20)
    assert "docker login" in result.stderr


@pytest.mark.parametrize("call", [
    "mx_matrix", "mx_matrix a:v1", "mx_pin", "mx_has_platform", "mx_has_platform a:v1", "mx_wait",
])
def test_missing_words(shell, call):
    result = shell.run(f"{call}; echo on", code=2)
    assert result.stdout == ""
    assert result.stderr.startswith(f"Usage:  {call.split()[0]} ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("call", [
    "mx_pin --insecure a:v1", "mx_pin ''", "mx_wait --insecure a:v1", "mx_matrix --quiet a:v1 arm64",
    "mx_matrix '' arm64", "mx_has_platform a:v1 --insecure", "mx_matrix a:v1 amd64 --tag stable",
    "mx_matrix a:v1 --quiet arm64", "mx_wait a:v1 ''",
])
def test_an_option_is_no_name(shell, call):
    """Printed as a name, or published as an architecture, it would do harm."""
    result = shell.run(f"{call}; echo on", code=2)
    assert result.stdout == ""
    assert result.stderr.startswith(f"Usage:  {call.split()[0]} ")


@pytest.mark.parametrize("call", ["mx_publish", "mx_digest", "mx_platforms"])
def test_missing_words_of_the_plugin(shell, call):
    assert "requires" in shell.run(call, code=1).stderr
