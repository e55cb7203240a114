"""Mistakes that publish must refuse: artifacts that are not images, wrong platforms, a wrong LIST.

The tag alone does not decide the platform: the image's config counts too, if it has one.
"""

import json

import pytest

from support import images
from support.repository import platforms

HELM = "application/vnd.cncf.helm.config.v1+json"
EMPTY = "application/vnd.oci.empty.v1+json"
GENERIC = "application/octet-stream"  # Some old tools use it for the config of an image.


@pytest.mark.parametrize("fields, words", [
    ({"architecture": "amd64"}, ["linux/arm64", "linux/amd64"]),
    ({"os": "windows", "architecture": "amd64"}, ["linux/arm64", "windows/amd64"]),
    ({"os": "unknown", "architecture": "unknown"}, ["unknown"]),
    ({"os": "linux", "architecture": "amd64\nPublished: all"}, ["architecture", "config of"]),
    ({"os": "linux", "architecture": 64}, ["architecture", "config of"]),
])
def test_platform_in_the_config_must_agree_with_the_tag(app, binary, fields, words):
    app.push("v1-arm64", images.build(fields=fields, marker=app.path))
    result = binary.fail("publish", app.at("v1"), "v1-arm64")
    for word in [app.at("v1-arm64"), "--platform v1-arm64=", *words]:
        assert word in result.stderr
    assert "\nPublished" not in result.stderr
    assert app.tags() == ["v1-arm64"]


@pytest.mark.parametrize("fields, tag, platform", [
    ({"architecture": "arm64"}, "v1-arm64", "linux/arm64"),
    ({"architecture": "aarch64", "os": "Linux"}, "v1-arm64", "linux/arm64"),
    ({"architecture": "x86_64", "os": "linux"}, "v1", "linux/amd64"),
    ({"os": "freebsd"}, "v1-amd64", "freebsd/amd64"),
])
def test_partial_and_alternative_platform_names_are_completed(app, binary, fields, tag, platform):
    app.push(tag, images.build(fields=fields, marker=app.path))
    binary.publish(app.at("list"), tag)
    assert platforms(app.manifest("list").content) == [platform]


def test_variant_that_no_engine_finds_is_left_out(app, binary):
    """podman on a Mac once wrote the variant of its own machine into the configs of other images."""
    for arch in ("arm64", "amd64", "s390x"):
        app.push(f"v1-{arch}", f"linux/{arch}/v8")
    result = binary.publish(app.at("v1"), "v1-arm64", "v1-amd64", "v1-s390x")
    assert platforms(app.manifest("v1").content) == ["linux/arm64/v8", "linux/amd64", "linux/s390x"]
    warnings = [line for line in result.stderr.splitlines() if line.startswith("WARNING: ")]
    assert [app.at("v1-amd64") in warnings[0], app.at("v1-s390x") in warnings[1]] == [True, True]
    assert len(warnings) == 2 and all(" v8, " in line for line in warnings)


def test_features_that_no_machine_has_are_a_warning(app, binary):
    """containerd and docker do not take such an entry, so the warning names what helps."""
    image = images.build("linux/amd64", "oci", os_features=["sse4"], marker=app.path)
    app.push("f", image)
    app.push("w", "windows/amd64", os_features=["win32k"])
    warned = binary.publish(app.at("v1"), "f", "w").stderr
    assert warned.count("WARNING: ") == 1 and f"take {app.at('f')} only on a machine with its os.features: sse4" in warned
    assert "If the image does not need them: --platform f=linux/amd64\n" in warned
    for words in (["publish", app.at("v2"), "v1"], ["add", app.at("v3"), "v1"]):
        again = binary.run(*words).stderr
        assert f"annotate --os-features '' LIST @{image.digest}\n" in again and "--platform" not in again
    binary.fail("resolve", "-q", "--platform", "linux/amd64", app.at("v1"))
    assert "WARNING" not in binary.publish("--platform", "f=linux/amd64", app.at("v1"), "f", "w").stderr
    binary.run("annotate", "--os-features", "", app.at("v2"), f"@{image.digest}")
    assert json.loads(app.manifest("v2").content)["manifests"][0]["platform"] == {"os": "linux", "architecture": "amd64"}
    for tag in ("v1", "v2"):
        assert image.digest in binary.run("resolve", "-q", "--platform", "linux/amd64", app.at(tag)).stdout


@pytest.mark.parametrize("platform, word", [
    ("linux/amd64/v8", "v1, v2, v3 and v4"), ("linux/amd65", "amd64"), ("lunix/amd64", "linux"),
])
def test_platform_that_no_engine_has_is_refused(app, binary, platform, word):
    app.push("plain", None)
    result = binary.fail("publish", app.at("v1"), "plain", "--platform", f"plain={platform}")
    assert platform in result.stderr and word in result.stderr
    result = binary.fail("inspect", app.at("plain"), "--platform", platform)
    assert platform in result.stderr and word in result.stderr
    assert app.tags() == ["plain"]
    app.push("own", images.build(fields={"architecture": "amd65"}, marker=app.path))
    binary.publish(app.at("v1"), "own", "--platform", "own=linux/amd65")
    assert platforms(app.manifest("v1").content) == ["linux/amd65"]


def test_a_half_of_a_platform_that_is_unknown_is_told(app, binary):
    """It is neither an image's nor an attestation's."""
    arm, other = (app.push(tag, f"linux/{tag}") for tag in ("arm64", "s390x"))
    app.push("list", images.index([(arm, "linux/arm64"), (other, "linux/unknown")]))
    result = binary.publish(app.at("v1"), "list")
    assert "linux/unknown\u201d is the platform of attestations" in result.stderr and "WARNING" in result.stderr


@pytest.mark.parametrize("config_type", [HELM, EMPTY])
def test_artifact_that_is_not_an_image_is_refused(app, binary, config_type):
    app.push("v1-arm64", "linux/arm64", kind="oci", config_type=config_type)
    result = binary.fail("publish", app.at("v1"), "v1-arm64")
    for word in (app.at("v1-arm64"), config_type, "--platform v1-arm64="):
        assert word in result.stderr
    binary.publish("--platform", "v1-arm64=linux/arm64", app.at("v1"), "v1-arm64")


def test_config_of_an_unusual_media_type_is_read(app, binary):
    app.push("v1-arm64", images.build("linux/amd64", marker=app.path, config_type=GENERIC))
    result = binary.fail("publish", app.at("v1"), "v1-arm64")
    assert "linux/amd64" in result.stderr
    inspected = binary.run("inspect", "--format", "platforms", app.at("v1-arm64"))
    assert inspected.stdout == "linux/amd64\n"


def test_the_archive_of_an_image_cannot_have_the_list(app, binary, tmp_path):
    app.push("v1-arm64", "linux/arm64")
    archive = f"oci-archive:{tmp_path}/a.tar"
    binary.run("publish", f"{archive}:v1", app.at("v1-arm64"))
    before = (tmp_path / "a.tar").read_bytes()
    for name, code in ((f"{archive}:v1", 125), (f"{archive}:v2", 1)):
        error = binary.fail("publish", name, f"{archive}:v1", code=code).stderr
        assert "\n  Use another file" in error and "Remove" not in error
    assert (tmp_path / "a.tar").read_bytes() == before


def test_forgotten_list_argument_is_refused(app, plugin):
    """The first image would be overwritten by the list."""
    app.push("v1-arm64", "linux/arm64")
    app.push("v1-amd64", "linux/amd64")
    before = app.manifest("v1-arm64").digest
    result = plugin.fail("publish", app.at("v1-arm64"), app.at("v1-amd64"))
    assert f"It comes first: {app.name}:TAG IMAGE..." in result.stderr
    result = plugin.fail("publish", app.at("v1-arm64"), "v1-arm64", "v1-amd64")
    assert f". LIST comes first: {app.name}:TAG IMAGE..." in result.stderr
    result = plugin.fail("publish", "-t", "v1-arm64", app.at("v1"), "v1-arm64", "v1-amd64")
    assert app.at("v1-arm64") in result.stderr
    assert app.manifest("v1-arm64").digest == before
    assert app.tags() == ["v1-amd64", "v1-arm64"]


def test_no_tag_is_taken_from_a_single_image(app, plugin):
    """Not by any of the list's names. Where the tag says nothing, there is a warning."""
    app.push_pair()
    for tag in ("v1-armv7", "v1-aarch64", "stable"):
        app.push(tag, images.build("linux/amd64", marker=tag))
    before = {tag: app.manifest(tag).digest for tag in app.tags()}
    words = [app.at("v1"), "v1-arm64-20210624", "v1-amd64-20210624"]
    for tag in ("v1-armv7", "v1-aarch64"):
        result = plugin.fail("publish", *words, "-t", tag)
        assert app.at(tag) in result.stderr and "--platform-from config" in result.stderr
    assert {tag: app.manifest(tag).digest for tag in app.tags()} == before
    result = plugin.publish(*words, "-t", "stable")
    assert f"WARNING: {app.at('stable')} was a single image (@{before['stable']}). The list replaces it" in result.stderr


def test_list_that_is_named_after_an_architecture_by_chance(app, binary):
    """A number of a build, or a branch: the tag of the list says nothing about its images."""
    for tag in ("386", "fix-x86-crash"):
        for arch in ("amd64", "arm64"):
            app.push(f"{tag}-{arch}", f"linux/{arch}")
        result = binary.publish(app.at(tag), f"{tag}-amd64", f"{tag}-arm64")
        assert platforms(app.manifest(tag).content) == ["linux/amd64", "linux/arm64"]
        assert result.stderr.count("tag and image agree") == 2


@pytest.mark.parametrize("tag", ["386", "fix-arm-crash"])
def test_a_reviewed_list_has_the_name_that_its_images_begin_with(app, binary, tmp_path, tag):
    for arch in ("amd64", "arm64"):
        app.push(f"{tag}-{arch}", f"linux/{arch}")
    words = [app.at(tag), f"{tag}-amd64", f"{tag}-arm64"]
    (tmp_path / "list.json").write_text(binary.run("publish", "--dry-run", *words).stdout)
    digest = binary.publish(app.at(tag), "--from", str(tmp_path / "list.json")).stdout
    assert digest == binary.publish(*words).stdout
    app.push(tag, "linux/386" if tag == "386" else "linux/arm/v7")
    error = binary.fail("publish", app.at(tag), "--from", str(tmp_path / "list.json")).stderr
    assert "is a single image" in error and error.endswith("  Use another tag for the list\n")


def test_a_tag_that_an_image_of_the_pattern_has(app, binary):
    pushed = app.push("v1-amd64", "linux/amd64")
    app.push("v1-arm64", "linux/arm64")
    error = binary.fail("publish", app.at("v1"), "v1-*", "-t", "v1-amd64").stderr
    assert f"{app.at('v1-amd64')} is a single image for linux/amd64 ({pushed.digest})" in error


@pytest.mark.parametrize("platform, is_refused", [("linux/386", True), ("linux/s390x", False)])
def test_image_that_a_list_is_named_after(app, binary, platform, is_refused):
    """The images' tags begin with that of the list: what the list replaces decides if it is a platform."""
    digest = app.push("386", platform).digest
    for arch in ("amd64", "arm64"):
        app.push(f"386-{arch}", f"linux/{arch}")
    words = "publish", app.at("386"), "386-amd64", "386-arm64"
    result = binary.fail(*words) if is_refused else binary.run(*words)
    assert app.at("386") in result.stderr and digest in result.stderr
    assert ("ERROR" in result.stderr) == is_refused == (app.manifest("386").digest == digest)


def test_lost_platforms_and_mixed_versions_are_warnings(app, binary):
    for tag, arch in (("v1-arm64", "arm64"), ("v1-amd64", "amd64"), ("v2-amd64", "amd64")):
        app.push(tag, images.build(f"linux/{arch}", marker=tag))
    assert "WARNING" not in binary.publish(app.at("v1"), "v1-arm64", "v1-amd64").stderr
    before = app.manifest("v1").digest
    stderr = binary.publish("-q", app.at("v1"), "v1-arm64").stderr
    assert stderr == (
        f"WARNING: {app.at('v1')}@{before} had images for linux/amd64, "
        "which the new list does not have\n"
    )
    stderr = binary.publish("-q", app.at("v1"), "v1-arm64", "v2-amd64").stderr
    assert stderr.startswith("WARNING: ") and "v1-arm64, v2-amd64" in stderr


def test_a_list_may_be_named_after_an_architecture(app, binary):
    """If the architecture is in the list, or if tags are not used to find platforms."""
    app.push("v1-armv6", "linux/arm/v6")
    app.push("v1-amd64", "linux/amd64")
    binary.publish(app.at("v1-arm"), "v1-armv6", "v1-amd64")
    binary.publish("--platform-from", "config", app.at("s390x"), "v1-armv6", "v1-amd64")
    assert {"v1-arm", "s390x"} <= set(app.tags())


def test_image_given_twice_is_refused(app, binary):
    app.push("v1-arm64", "linux/arm64")
    result = binary.fail("publish", app.at("v1"), "v1-arm64", ":v1-arm64")
    assert f"{app.at('v1-arm64')} is there twice" in result.stderr


def test_two_platform_options_for_one_image_are_refused(app, binary):
    options = ["--platform", "x=linux/arm64", "--platform", ":x=linux/amd64"]
    result = binary.fail("publish", *options, app.at("v1"), "x")
    assert "linux/arm64" in result.stderr and "linux/amd64" in result.stderr
