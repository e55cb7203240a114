"""The options of `publish`: platforms, media type, more tags, dry run, quiet."""

import pytest

from support import images
from support.credentials import auth
from support.repository import platforms
from support.users import READER


def test_platform_for_an_image_without_one(app, plugin):
    app.push("plain", None)
    app.push("amd64", "linux/amd64")
    plugin.publish("--platform", "plain=linux/riscv64", app.at("v1"), "plain", "amd64")
    assert platforms(app.manifest("v1").content) == ["linux/riscv64", "linux/amd64"]


def test_platform_overrules_tag_and_config(app, binary):
    app.push("v1-arm64", "linux/amd64")
    app.push("v1-s390x", "linux/amd64")
    binary.publish(
        "--platform", "v1-arm64=linux/arm/v7", "--platform=v1-s390x=linux/ppc64le",
        app.at("v1"), "v1-arm64", "v1-s390x",
    )
    assert platforms(app.manifest("v1").content) == ["linux/arm/v7", "linux/ppc64le"]


def test_platform_keeps_the_os_version_of_the_image(app, binary):
    app.push("servercore", "windows/amd64", os_version="10.0.20348.2113")
    binary.publish("--platform", "servercore=windows/amd64", app.at("v1"), "servercore")
    [entry] = app.manifest("v1").json()["manifests"]
    assert entry["platform"]["os.version"] == "10.0.20348.2113"


def test_platform_accepts_a_full_reference(app, binary):
    app.push("plain", None)
    word = app.at("plain")
    binary.publish("--platform", f"{word}=linux/s390x", app.at("v1"), word)
    assert platforms(app.manifest("v1").content) == ["linux/s390x"]


def test_platform_from_tag_reads_no_config(app, binary):
    app.push("v1-arm64", "linux/amd64")
    app.push("v1-s390x", "linux/amd64")
    mark = app.registry.log.mark()
    binary.publish("--platform-from", "tag", app.at("v1"), "v1-arm64", "v1-s390x")
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/s390x"]
    asked = app.requests_since(mark)
    assert any(request.reads_manifest for request in asked)
    assert not any(request.reads_blob for request in asked)


def test_platform_from_config_ignores_the_tag(app, binary):
    app.push("v1-arm64", "linux/s390x")
    binary.publish("--platform-from=config", app.at("v1"), "v1-arm64")
    assert platforms(app.manifest("v1").content) == ["linux/s390x"]


def test_tag_without_architecture_uses_the_config(app, binary):
    app.push("nightly", "linux/arm/v6")
    binary.publish(app.at("v1"), "nightly")
    assert platforms(app.manifest("v1").content) == ["linux/arm/v6"]


def test_charm_in_a_tag_is_not_arm(app, binary):
    app.push("charm-amd64", "linux/amd64")
    binary.publish(app.at("v1"), "charm-amd64")
    assert platforms(app.manifest("v1").content) == ["linux/amd64"]


@pytest.mark.parametrize("word, kind, media_type", [
    ("oci", "docker", images.OCI_INDEX),
    ("docker", "docker", images.DOCKER_LIST),
])
def test_media_type_overrides_the_images(app, binary, word, kind, media_type):
    app.push("arm64", "linux/arm64", kind=kind)
    binary.publish("--media-type", word, app.at("v1"), "arm64")
    put = app.manifest("v1")
    assert put.media_type == media_type
    assert put.json()["mediaType"] == media_type


def test_more_tags_for_the_same_list(app, plugin):
    app.push("arm64", "linux/arm64")
    result = plugin.publish("-t", "v1.2", "--tag", "stable", app.at("v1"), "arm64")
    assert app.tags() == ["arm64", "stable", "v1", "v1.2"]
    digests = {app.manifest(tag).digest for tag in ("v1", "v1.2", "stable")}
    assert result.stdout.split() == [*digests], "one digest, for all tags"
    for tag in ("v1", "v1.2", "stable"):
        assert f"Published {app.at(tag)}" in result.stderr


def test_dry_run_prints_the_list_and_sends_nothing(app, plugin):
    words = app.push_pair()
    mark = app.registry.log.mark()
    shown = plugin.publish("--dry-run", "-t", "more", app.at("v1"), *words)
    assert not [request for request in app.registry.log.since(mark) if request.writes]
    assert app.tags() == sorted(words)
    assert "Published" not in shown.output
    facts = ["nothing was sent", app.at("v1"), app.at("more"), images.digest_of(shown.stdout.encode())]
    for fact in facts:
        assert fact in shown.stderr
    quiet = plugin.publish("--dry-run", "-q", "-t", "more", app.at("v1"), *words)
    assert (quiet.stdout, quiet.stderr) == (f"{facts[-1]}\n", "")

    plugin.publish(app.at("v1"), *words)
    assert shown.stdout.encode() == app.manifest("v1").content


def test_dry_run_asks_for_no_push_token(token_app, token_server, plugin):
    """It works with credentials that may only pull."""
    plugin.trust(token_app.host, token_app.registry.ca_file)
    plugin.configure({"auths": {token_app.host: auth(READER)}})
    words = token_app.push_pair()
    mark = token_server.mark()
    shown = plugin.publish("--dry-run", token_app.at("v1"), *words)
    assert platforms(shown.stdout) == ["linux/arm64", "linux/amd64"]
    assert [request.scopes for request in token_server.since(mark)] == [
        [f"repository:{token_app.path}:pull"]
    ]


@pytest.mark.parametrize("flag", ["-q", "--quiet"])
def test_quiet_prints_the_digest_only(app, plugin, flag):
    app.push("arm64", "linux/arm64")
    result = plugin.publish(flag, app.at("v1"), "arm64")
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    assert result.stderr == ""


def test_options_can_be_spelled_as_in_docker(app, plugin):
    app.push("arm64", "linux/arm64")
    plugin.publish("-qtv1.0", "--dry-run=false", app.at("v1"), "arm64", "--insecure=true")
    assert app.tags() == ["arm64", "v1", "v1.0"]


def test_options_can_follow_the_images(app, plugin):
    app.push("arm64", "linux/arm64")
    plugin.publish(app.at("v1"), "arm64", "-t", "v1.0", "--quiet")
    assert app.tags() == ["arm64", "v1", "v1.0"]
