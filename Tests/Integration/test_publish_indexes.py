"""`docker manifestx publish` of images that are indexes, as `docker buildx build` pushes them."""

import json
import subprocess

import pytest

from support import images
from support.repository import platforms, skopeo_raw

ATTESTED = ["linux/arm64", "unknown/unknown"]


def entries(content):
    return json.loads(content)["manifests"]


def pull(app, tag, platform, folder):
    """The config of the image that skopeo copies for a platform."""
    system, architecture, *variant = platform.split("/")
    choice = ["--override-os", system, "--override-arch", architecture]
    choice += ["--override-variant", *variant] if variant else []
    target = f"dir:{folder}/{platform.replace('/', '-')}"
    command = ["skopeo", *choice, "copy", "--src-tls-verify=false", "--preserve-digests",
               f"docker://{app.at(tag)}", target]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    manifest = json.loads(open(f"{target[4:]}/manifest.json").read())
    config = manifest["config"]["digest"].removeprefix("sha256:")
    return json.loads(open(f"{target[4:]}/{config}").read())


def test_two_builds_become_one_list(app, plugin, tmp_path):
    arm = app.push("v1-arm64", images.buildx("linux/arm64"))
    amd = app.push("v1-amd64", images.buildx("linux/amd64"))
    result = plugin.publish(app.at("v1"), "v1-arm64", "v1-amd64")

    put = app.manifest("v1")
    assert result.stdout == f"{put.digest}\n"
    assert put.media_type == images.OCI_INDEX
    assert entries(put.content) == entries(arm.manifest) + entries(amd.manifest)
    assert skopeo_raw(app.at("v1"), "--tls-verify=false") == put.content
    for architecture in ("arm64", "amd64"):
        assert pull(app, "v1", f"linux/{architecture}", tmp_path)["architecture"] == architecture
    rows = [line.split()[0] for line in result.stderr.splitlines() if "from the index" in line]
    assert rows == ["linux/arm64", "attestation", "linux/amd64", "attestation"]


def test_one_build_gets_another_name_and_keeps_its_digest(app, plugin):
    build = app.push("build", images.buildx("linux/arm64", "linux/amd64", annotations={"a": "b"}))
    mark = app.registry.log.mark()
    result = plugin.publish(app.at("v1"), "build")
    assert result.stdout == f"{build.digest}\n"
    assert app.manifest("v1").content == build.manifest
    assert not [r for r in app.requests_since(mark) if "/blobs/" in r.path]


@pytest.mark.parametrize("platform", [{"os": "linux"}, {"os": "linux", "architecture": ""}, {}])
def test_an_incomplete_platform_is_completed(app, plugin, tmp_path, platform):
    """No engine finds such an entry, so the index cannot be taken as it is."""
    content = json.loads(images.buildx("linux/arm64", "linux/amd64").manifest)
    app.push("build", images.buildx("linux/arm64", "linux/amd64"))
    content["manifests"][0]["platform"] = platform
    app.registry.api.put_manifest(app.path, "build", json.dumps(content).encode(), images.OCI_INDEX)
    plugin.publish(app.at("v1"), "build")
    assert pull(app, "v1", "linux/arm64", tmp_path)["architecture"] == "arm64"


@pytest.mark.parametrize("kind", ["docker", "oci"])
@pytest.mark.parametrize("how, text", [("platform", "has no platform"), ("list", "is a list in the list")])
def test_what_is_shown_and_expected_is_what_the_list_has(app, binary, tmp_path, kind, how, text):
    """An entry without a platform, or a list in the list, so that the index cannot be taken as it is."""
    names = ["linux/s390x", "linux/arm64"]
    pair = [(app.push(None, images.build(name, kind, marker=app.path)), name) for name in names]
    type_of_list = images.DOCKER_LIST if kind == "docker" else images.OCI_INDEX
    build = images.index(pair, type_of_list)
    if how == "list":
        build = images.index([(app.push(None, build), "linux/arm64")], type_of_list)
    content = json.loads(build.manifest)
    if how == "platform":
        del content["manifests"][0]["platform"]
    (tmp_path / "list.json").write_text(json.dumps(content))
    app.registry.api.put_manifest(app.path, "build", json.dumps(content).encode(), type_of_list)

    result = binary.publish(app.at("v1"), "build", "--expect", ",".join(names))
    assert platforms(app.manifest("v1").content) == names
    assert app.manifest("v1").media_type == type_of_list
    assert all(f"\n{name} " in f"\n{result.stderr}" for name in names)
    for name in names:
        assert pull(app, "v1", name, tmp_path)["architecture"] == name.removeprefix("linux/")
    binary.run("inspect", "--check", app.at("v1"))
    again = binary.publish(app.at("v2"), "v1")
    assert again.stdout == result.stdout

    refused = binary.fail("publish", app.at("v3"), "--from", str(tmp_path / "list.json"))
    assert f"the entry @{content['manifests'][0]['digest']} {text}" in refused.stderr
    assert "\n  Correct the list, or make it anew" in refused.stderr
    assert "v3" not in app.tags()


@pytest.mark.parametrize("stated, platform", [
    ({"os": "linux", "architecture": "aarch64"}, "linux/arm64"),
    ({"os": "linux", "architecture": "arm64", "variant": "armv8"}, "linux/arm64/v8"),
    ({"os": "linux", "architecture": "arm", "variant": "7"}, "linux/arm/v7"),
], ids=["name", "armv8", "7"])
def test_a_spelling_that_not_every_engine_finds_is_corrected(app, binary, tmp_path, stated, platform):
    """Also in an index that would keep its digest."""
    build = images.buildx(platform, "linux/amd64")
    app.push("build", build)
    content = json.loads(build.manifest)
    content["manifests"][0]["platform"] = stated
    app.registry.api.put_manifest(app.path, "build", json.dumps(content).encode(), images.OCI_INDEX)
    result = binary.publish(app.at("v1"), "build", "--expect", f"{platform},linux/amd64")
    assert platforms(app.manifest("v1").content)[0] == platform
    assert entries(app.manifest("v1").content)[1:] == content["manifests"][1:]
    name = "/".join(stated.values())
    assert f"states the platform {name}, which not every engine finds: the list has {platform}\n" in result.stderr
    for engine in ("containerd", "podman"):
        binary.run("resolve", "-q", "--as", engine, "--platform", platform, app.at("v1"))
    file = tmp_path / "list.json"
    file.write_text(json.dumps(content))
    refused = binary.fail("publish", app.at("v2"), "--from", str(file))
    assert f" is {name}, and not every engine finds this spelling of {platform}\n  Correct the list" in refused.stderr


@pytest.mark.parametrize("options, left", [
    (["--platform-filter", "linux/arm64/v8"], ATTESTED),
    (["--platform-filter", "arm64", "--no-attestations"], ["linux/arm64"]),
    (["--platform-filter", "linux/amd64,linux/arm/v7", "--no-attestations"],
     ["linux/amd64", "linux/arm/v7"]),
    (["--platform-filter", "linux/amd64", "--platform-filter", "linux/arm/v7"],
     ["linux/amd64", "linux/arm/v7", "unknown/unknown", "unknown/unknown"]),
    (["--no-attestations"], ["linux/arm64", "linux/amd64", "linux/arm/v7"]),
])
def test_some_images_of_a_build(app, plugin, options, left):
    app.push("build", images.buildx("linux/arm64", "linux/amd64", "linux/arm/v7"))
    plugin.publish(*options, app.at("v1"), "build")
    put = app.manifest("v1").content
    assert platforms(put) == left
    digests = {entry["digest"] for entry in entries(put)}
    for entry in entries(put):
        assert entry.get("annotations", {}).get("vnd.docker.reference.digest", entry["digest"]) in digests


def test_an_index_and_an_image(app, plugin):
    """The index also takes images of docker's own format."""
    app.push("v1-arm64", images.buildx("linux/arm64"))
    app.push("v1-amd64", "linux/amd64")
    plugin.publish("--no-attestations", app.at("v1"), "v1-arm64", "v1-amd64")
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/amd64"]
    assert [entry["mediaType"] for entry in entries(app.manifest("v1").content)] == [
        images.OCI_MANIFEST, images.DOCKER_MANIFEST]


@pytest.mark.parametrize("words, expected", [
    (["v1-arm64"], ["the tag of {v1-arm64} names linux/arm64", "linux/amd64", "--platform-from config"]),
    (["v1-arm64", "--platform", "v1-arm64=linux/s390x"],
     ["the platform of {v1-arm64}: it is a multi-platform image (linux/arm64, linux/amd64)"]),
    (["v1-arm64", "--platform-filter", "linux/s390x"],
     ["none of the images is for linux/s390x", "--platform-filter"]),
    (["v1-arm64", "--platform-filter", "linux/amd65"], ["amd65", "Did you mean amd64?"]),
    (["v1-arm64", "--platform-from", "config", "--expect", "linux/arm64,linux/s390x"],
     ["missing: linux/s390x; not expected: linux/amd64", "Nothing was published"]),
    (["v1-arm64", "--platform-from", "config", "--expect", "linux/arm64,"], ["is not a platform"]),
    (["v1-arm64", "other-arm64", "--platform-from", "config"], ["are both for linux/arm64"]),
])
def test_what_is_refused(app, plugin, words, expected):
    app.push("v1-arm64", images.buildx("linux/arm64", "linux/amd64"))
    app.push("other-arm64", images.buildx("linux/arm64", marker="other"))
    before = app.push("v1", "linux/amd64").digest
    result = plugin.fail("publish", app.at("v1"), *words)
    for text in expected:
        assert text.replace("{v1-arm64}", app.at("v1-arm64")) in result.stderr
    assert app.manifest("v1").digest == before


def test_expected_platforms(app, plugin):
    app.push("build", images.buildx("linux/arm64", "linux/amd64"))
    plugin.publish("--expect", "linux/amd64", "--expect", "linux/arm64/v8", app.at("v1"), "build")
    assert platforms(app.manifest("v1").content)[:2] == ["linux/arm64", "linux/amd64"]


def test_the_attestation_of_an_image_with_two_entries_is_kept(app, binary):
    """A filter leaves out one of the entries, and not the image."""
    app.push("v1-amd64", images.buildx("linux/amd64"))
    binary.publish(app.at("v1"), "v1-amd64")
    content = json.loads(app.manifest("v1").content)
    second = {**content["manifests"][0], "platform": {"os": "linux", "architecture": "amd64", "variant": "v2"}}
    content["manifests"].insert(1, second)
    app.push("two", images.Image(json.dumps(content).encode(), content["mediaType"]))
    binary.publish("--platform-filter", "linux/amd64", app.at("v2"), "two")
    assert platforms(app.manifest("v2").content) == ["linux/amd64", "unknown/unknown"]
