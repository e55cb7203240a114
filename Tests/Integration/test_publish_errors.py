"""A failed publish gives the reason in one clear message, and leaves the registry unchanged.

The tests leave the wording open, but require the facts: which name, which platforms, what to do.
"""

import socket

import pytest

from support import images
from support.repository import Repository


@pytest.fixture
def unchanged(app):
    """A repository with some images, whose tags the test must not change."""
    app.push("v1-arm64", "linux/arm64")
    app.push("v1-amd64", "linux/amd64")
    app.push("wrong-arm64", "linux/amd64")
    app.push("second-arm64", "linux/arm64")
    before = app.tags()
    yield app
    assert app.tags() == before


def test_missing_tag_is_named_with_advice(unchanged, plugin):
    result = plugin.fail("publish", unchanged.at("v1"), "v1-arm64", ":v1-s390x")
    assert unchanged.at("v1-s390x") in result.stderr
    assert f"docker push {unchanged.at('v1-s390x')}" in result.stderr
    assert "tags in this repository: v1-amd64, v1-arm64\n" in result.stderr


def test_missing_digest_is_named(unchanged, plugin):
    digest = images.digest_of(b"nothing")
    result = plugin.fail("publish", unchanged.at("v1"), "v1-arm64", f"@{digest}")
    assert digest in result.stderr


def test_missing_short_name_shows_how_it_was_read(unchanged, plugin):
    result = plugin.fail("publish", unchanged.at("v1"), "v1-arm64", "alpine")
    assert unchanged.at("alpine") in result.stderr, "how the name was read"
    assert "Similar tags" not in result.stderr, "no tag is similar"
    assert "docker.io" not in result.stderr, "images of other registries cannot be used"


def test_missing_repository_is_not_created(plain_registry, path, plugin):
    empty = Repository(plain_registry, path)
    result = plugin.fail("publish", empty.at("v1"), ":v1-arm64")
    assert empty.at("v1-arm64") in result.stderr
    assert empty.tags() == []


def test_tag_and_config_disagree(unchanged, plugin):
    result = plugin.fail("publish", unchanged.at("v1"), "v1-amd64", "wrong-arm64")
    for fact in ("wrong-arm64", "linux/arm64", "linux/amd64", "--platform", "--platform-from"):
        assert fact in result.stderr


def test_image_without_a_platform_is_an_error(unchanged, plugin):
    unchanged.registry.api.push(unchanged.path, images.build(None), "v1-arm64")
    result = plugin.fail("publish", "--platform-from", "config", unchanged.at("v1"), "v1-arm64")
    assert unchanged.at("v1-arm64") in result.stderr
    assert "--platform" in result.stderr


def test_two_images_of_one_platform_are_named(unchanged, plugin):
    unchanged.registry.api.push(
        unchanged.path, images.build("linux/arm64", marker="2"), "second-arm64"
    )
    result = plugin.fail("publish", unchanged.at("v1"), "v1-arm64", "v1-amd64", "second-arm64")
    for fact in ("linux/arm64", "v1-arm64", "second-arm64"):
        assert fact in result.stderr


@pytest.mark.parametrize("arguments, mistake", [
    (["{list}@sha256:" + "0" * 64, "v1-arm64"], "{list}@sha256:" + "0" * 64 + " has a digest"),
    (["{list}:v1", "v1-arm64", "Not/A/Reference"], "invalid reference “Not/A/Reference”: the repository name"),
    (["{list}:v1", "v1-arm64", "@sha256:123"], "invalid reference “{list}@sha256:123”: “123” is not"),
    (["./lists:v1", "v1-arm64"], "invalid reference “./lists:v1”: “.” is not a valid HOST or HOST:PORT (put an IPv6 "
     "address in brackets)\n  For the image layout in a directory: oci-layout://./lists:v1\n"),
    (["/lists:v1", "v1-arm64"], "invalid reference “/lists:v1”: a part of the repository's name is empty\n  If the name begins "
     "with a variable, check that the variable is not empty\n  For the image layout in a directory: oci-layout:///lists:v1\n"),
    (["{list}:v1 ", "v1-arm64"], "invalid reference “{list}:v1 ”: “v1 ” cannot be a tag"),
    (["-t", "not a tag", "{list}:v1", "v1-arm64"], "invalid reference “not a tag”: “not a tag” cannot be a tag"),
    (["--platform", "v1-arm64=nonsense", "{list}:v1", "v1-arm64"], "“nonsense” is not a platform"),
    (["--platform", "other=linux/arm64", "{list}:v1", "v1-arm64"],
     "--platform other=linux/arm64 is for other, which is not one of the images"),
])
def test_invalid_arguments_are_refused_without_a_request(unchanged, plugin, arguments, mistake):
    mark = unchanged.registry.log.mark()
    words = [argument.format(list=unchanged.name) for argument in arguments]
    result = plugin.fail("publish", *words)
    assert result.stderr.startswith(f"ERROR: {mistake.format(list=unchanged.name)}")
    assert unchanged.registry.log.since(mark) == []


def test_list_with_a_digest_is_named(unchanged, plugin):
    name = f"{unchanged.at('v1')}@sha256:{'0' * 64}"
    result = plugin.fail("publish", name, "v1-arm64")
    assert name in result.stderr
    assert "digest" in result.stderr


def test_unknown_host_is_named(plugin):
    result = plugin.fail("publish", "registry.invalid/test/app:v1", "v1-arm64")
    assert "registry.invalid" in result.stderr


def test_a_name_server_that_does_not_respond_is_named(binary):
    """This is not a name that does not exist: the name may be right."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 53))
        options = {"RES_OPTIONS": "timeout:2 attempts:2"}
        result = binary.attempt("inspect", "registry.elsewhere.example/a:v1", environment=options)
    assert result.returncode == 5
    message = "registry.elsewhere.example took too long: no name server answered the query for its address"
    assert result.stderr.startswith(f"ERROR: {message}\n")


def test_refused_connection_is_named(plugin):
    # It waits between its attempts, but not for long here.
    result = plugin.fail("publish", "--retry-max-wait", "1ms", "127.0.0.1:1/test/app:v1", "v1-arm64")
    assert "127.0.0.1:1" in result.stderr


@pytest.mark.parametrize("options", [[], ["--quiet"]])
def test_daemon_json_with_a_comment_is_a_warning(app, plugin, options):
    words = app.push_pair()
    broken = '{\n  "debug": true, // as on the other machine\n  "insecure-registries": []\n}\n'
    path = plugin.configure_daemon(broken)
    result = plugin.publish(*options, app.at("v1"), *words)
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    [warning] = [line for line in result.stderr.splitlines() if str(path) in line]
    assert "insecure-registries" in warning, "it must name the setting that is ignored"
    assert f"{path}:2:" in warning or ("line 2" in warning and "column" in warning)


def test_invalid_config_json_is_located(app, binary):
    """The registry needs no credentials, so this is a warning."""
    words = app.push_pair()
    path = binary.config_dir / "config.json"
    path.write_text('{"auths": {},\n "credsStore": }')
    result = binary.publish(app.at("v1"), *words)
    [warning] = [line for line in result.stderr.splitlines() if line.startswith("WARNING: ")]
    assert f"{path}:2:" in warning
