"""`docker manifestx publish`: several images become one list, in a real registry.

The common case, and the content of the list; the options have a file of their own.
"""

import json
import re

import pytest

from support import images
from support.repository import platforms, skopeo_raw

DIGEST_LINE = re.compile(r"sha256:[0-9a-f]{64}\n")


def test_two_images_become_one_list(app, plugin):
    words = app.push_pair()
    result = plugin.publish(app.at("v1"), *words)

    put = app.manifest("v1")
    assert result.stdout == f"{put.digest}\n"
    assert DIGEST_LINE.fullmatch(result.stdout)
    assert f"Published {app.at('v1')}" in result.stderr
    assert platforms(put.content) == ["linux/arm64", "linux/amd64"]

    by_skopeo = skopeo_raw(app.at("v1"), "--tls-verify=false")
    assert by_skopeo == put.content
    assert images.digest_of(by_skopeo) == put.digest


def test_docker_reads_the_list(app, plugin):
    plugin.publish(app.at("v1"), *app.push_pair())
    command = ["docker", "manifest", "inspect", "--insecure", app.at("v1")]
    result = plugin.spawn(command)
    assert result.returncode == 0, result.output
    assert platforms(result.stdout) == ["linux/arm64", "linux/amd64"]


def test_stderr_has_a_line_for_each_entry(app, plugin):
    result = plugin.publish(app.at("v1"), *app.push_pair())
    for platform, tag in (("linux/arm64", "arm64"), ("linux/amd64", "amd64")):
        digest = app.manifest(f"v1-{tag}-20210624").digest
        [line] = [line for line in result.stderr.splitlines() if f"v1-{tag}-20210624" in line]
        assert platform in line
        assert digest.removeprefix("sha256:")[:7] in line


def test_descriptors_match_the_images(app, binary):
    arm = app.push("arm64", "linux/arm64")
    old_arm = app.push("armhf", "linux/arm/v7")
    binary.publish(app.at("v1"), "arm64", "armhf")
    listing = app.manifest("v1").json()
    assert list(listing) == ["schemaVersion", "mediaType", "manifests"]
    assert listing["schemaVersion"] == 2
    assert listing["manifests"] == [
        {
            "mediaType": images.DOCKER_MANIFEST,
            "size": len(arm.manifest),
            "digest": arm.digest,
            "platform": {"architecture": "arm64", "os": "linux"},
        },
        {
            "mediaType": images.DOCKER_MANIFEST,
            "size": len(old_arm.manifest),
            "digest": old_arm.digest,
            "platform": {"architecture": "arm", "os": "linux", "variant": "v7"},
        },
    ]


@pytest.mark.parametrize("order", [("arm64", "s390x", "amd64"), ("amd64", "arm64", "s390x")])
def test_entries_are_in_the_order_given(app, binary, order):
    for word in order:
        app.push(word, f"linux/{word}")
    binary.publish(app.at("v1"), *order)
    assert platforms(app.manifest("v1").content) == [f"linux/{word}" for word in order]


@pytest.mark.parametrize("kinds, media_type", [
    (("docker", "docker"), images.DOCKER_LIST),
    (("oci", "oci"), images.OCI_INDEX),
    (("docker", "oci"), images.OCI_INDEX),
])
def test_media_type_of_the_list_follows_the_images(app, binary, kinds, media_type):
    app.push("arm64", "linux/arm64", kind=kinds[0])
    app.push("amd64", "linux/amd64", kind=kinds[1])
    binary.publish(app.at("v1"), "arm64", "amd64")
    put = app.manifest("v1")
    assert put.media_type == media_type
    assert put.json()["mediaType"] == media_type


def test_same_input_gives_the_same_digest(app, plugin):
    words = app.push_pair()
    first = plugin.publish(app.at("v1"), *words).stdout
    assert plugin.publish(app.at("v1"), *words).stdout == first
    assert plugin.publish(app.at("v2"), *words).stdout == first


def test_a_tag_can_be_published_again(app, binary):
    words = app.push_pair()
    binary.publish(app.at("v1"), *words)
    binary.publish(app.at("v1"), words[1], words[0])
    assert platforms(app.manifest("v1").content) == ["linux/amd64", "linux/arm64"]


def test_one_image_is_enough_for_a_list(app, binary):
    app.push("arm64", "linux/arm64")
    binary.publish(app.at("v1"), "arm64")
    assert platforms(app.manifest("v1").content) == ["linux/arm64"]


def test_os_version_and_os_features_are_kept(app, binary):
    app.push("ltsc2022-amd64", "windows/amd64",
             os_version="10.0.20348.2113", os_features=["win32k"])
    app.push("linux-amd64", "linux/amd64")
    binary.publish(app.at("v1"), "linux-amd64", "ltsc2022-amd64")
    [_, windows] = app.manifest("v1").json()["manifests"]
    assert windows["platform"] == {
        "architecture": "amd64",
        "os": "windows",
        "os.version": "10.0.20348.2113",
        "os.features": ["win32k"],
    }


def test_windows_versions_are_different_platforms(app, binary):
    app.push("ltsc2019-amd64", "windows/amd64", os_version="10.0.17763.5329")
    app.push("ltsc2022-amd64", "windows/amd64", os_version="10.0.20348.2113")
    binary.publish(app.at("v1"), "ltsc2019-amd64", "ltsc2022-amd64")
    entries = app.manifest("v1").json()["manifests"]
    versions = [entry["platform"]["os.version"] for entry in entries]
    assert versions == ["10.0.17763.5329", "10.0.20348.2113"]


@pytest.mark.parametrize("form", [
    "{tag}", ":{tag}", "@{digest}", "{name}:{tag}", "{name}@{digest}",
])
def test_forms_of_an_image_argument(app, plugin, form):
    arm = app.push("v1-arm64", "linux/arm64")
    app.push("v1-amd64", "linux/amd64")
    word = form.format(tag="v1-arm64", digest=arm.digest, name=app.name)
    plugin.publish(app.at("v1"), word, "v1-amd64")
    put = app.manifest("v1").json()
    assert put["manifests"][0]["digest"] == arm.digest
    assert platforms(json.dumps(put)) == ["linux/arm64", "linux/amd64"]


def test_list_without_a_tag_becomes_latest(app, binary):
    app.push("arm64", "linux/arm64")
    result = binary.publish(app.name, "arm64")
    assert app.tags() == ["arm64", "latest"]
    assert f"Published {app.at('latest')}" in result.stderr
