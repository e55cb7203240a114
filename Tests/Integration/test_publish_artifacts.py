"""Artifacts in an index: refused where the index says that they are images, and kept where they have no platform."""

import json

import pytest

from support import images

CONFIG = "application/vnd.oci.image.config.v1+json"
COSIGN = "application/vnd.dev.cosign.simplesigning.v1+json"
EMPTY = "application/vnd.oci.empty.v1+json"
HELM = "application/vnd.cncf.helm.config.v1+json"


def descriptor(content, media_type):
    return {"mediaType": media_type, "size": len(content), "digest": images.digest_of(content)}


def artifact(config_type, config=b"{}", layer_type="application/x-layer"):
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": images.OCI_MANIFEST, "config": descriptor(config, config_type),
        "layers": [descriptor(b"content", layer_type)],
    }).encode()
    return images.Image(manifest, images.OCI_MANIFEST, (config, b"content"))


def push_index(app, tag, *entries):
    """A list of two images, and of these entries."""
    pair = [(app.push(None, images.build(name, "oci", marker=app.path)), name) for name in ("linux/s390x", "linux/arm64")]
    content = json.loads(images.index(pair).manifest)
    content["manifests"] += entries
    return app.push(tag, images.Image(json.dumps(content).encode(), images.OCI_INDEX))


def test_a_chart_is_no_image_for_the_platform_that_its_index_states(app, binary):
    """As an IMAGE of its own, it is refused as well."""
    chart = app.push(None, artifact(HELM))
    platform = {"os": "linux", "architecture": "amd64"}
    push_index(app, "build", {**descriptor(chart.manifest, images.OCI_MANIFEST), "platform": platform})
    app.push("riscv64", "linux/riscv64")
    for words in (["publish", app.at("v1"), "build"], ["publish", app.at("v1"), "build", "riscv64"],
                  ["add", app.at("v1"), "build"]):
        refused = binary.fail(*words)
        assert f"contains the image for linux/amd64 (@{chart.digest})" in refused.stderr
        assert HELM in refused.stderr and "--platform-filter" in refused.stderr
    assert "v1" not in app.tags()
    binary.publish("--platform-filter", "linux/arm64,linux/s390x", app.at("v1"), "build")
    app.push("alone", images.index([(chart, "linux/amd64")]))
    assert "--platform alone=OS/ARCH" in binary.fail("publish", app.at("v2"), "alone").stderr
    binary.publish("--platform", "alone=linux/amd64", app.at("v2"), "alone")


ARTIFACTS = {
    "empty config": (artifact(EMPTY), images.OCI_MANIFEST),
    "no platform": (artifact(CONFIG, b'{"os":"unknown","architecture":"unknown"}'), images.OCI_MANIFEST),
    "cosign": (artifact(CONFIG, b'{"rootfs":{"diff_ids":["sha256:0"]}}', COSIGN), images.OCI_MANIFEST),
    "no manifest": (images.Image(b"text", "text/plain"), "text/plain"),
}


@pytest.mark.parametrize("name", ARTIFACTS)
def test_an_artifact_without_a_platform_stays_as_it_is(app, binary, tmp_path, name):
    """inspect --check accepts it, and so do the commands that edit the list."""
    image, media_type = ARTIFACTS[name]
    if media_type == "text/plain":
        app.registry.api.push_blob(app.path, image.manifest)
    else:
        app.push(None, image)
    entry = {**descriptor(image.manifest, media_type), "annotations": {"a": "b"}}
    source = push_index(app, "build", entry)
    binary.run("inspect", "--check", app.at("build"))
    assert binary.publish(app.at("v1"), "build").stdout == f"{source.digest}\n"
    (tmp_path / "list.json").write_bytes(source.manifest)
    binary.publish(app.at("v2"), "--from", str(tmp_path / "list.json"))
    app.push("riscv64", "linux/riscv64")
    binary.publish(app.at("v3"), "build", "riscv64")
    assert json.loads(app.manifest("v3").content)["manifests"][2] == entry
    binary.publish(app.at("v4"), "--platform-filter", "linux/arm64", "build")
    assert len(json.loads(app.manifest("v4").content)["manifests"]) == 1

    layout = f"oci-layout://{tmp_path}/layout:v1"
    binary.publish(layout, app.at("build"))
    assert (tmp_path / "layout/blobs/sha256" / image.digest.removeprefix("sha256:")).read_bytes() == image.manifest
    binary.publish(app.at("v5"), layout)
    assert app.manifest("v5").content == source.manifest


def test_an_image_whose_platform_nothing_states_is_named(app, binary):
    image = app.push(None, images.build(None, "oci", marker=app.path))
    push_index(app, "build", descriptor(image.manifest, images.OCI_MANIFEST))
    refused = binary.fail("publish", app.at("v1"), "build")
    assert f"contains @{image.digest}, which cannot be used: cannot determine its platform\n" in refused.stderr
    assert "name each by its digest" in refused.stderr and "--platform build" not in refused.stderr


def test_an_image_of_a_type_that_is_no_manifest_is_named(app, binary):
    app.registry.api.push_blob(app.path, b"text")
    digest = images.digest_of(b"text")
    push_index(app, "build", {**descriptor(b"text", "text/plain"), "platform": {"os": "linux", "architecture": "amd64"}})
    refused = binary.fail("publish", app.at("v1"), "build")
    assert digest in refused.stderr and "text/plain" in refused.stderr


@pytest.mark.parametrize("name, platform", [("linux/arm/v6", "linux/arm"), ("linux/arm64", "linux/arm64")])
def test_a_signature_does_not_get_the_platform_of_the_tag(app, binary, name, platform):
    """It is the image of the index that is alone in it."""
    image, signature = app.push(None, images.build(name, "oci")), app.push(None, ARTIFACTS["cosign"][0])
    content = json.loads(images.index([(image, name)]).manifest)
    content["manifests"].append(descriptor(signature.manifest, images.OCI_MANIFEST))
    tag = f"v1-{platform.split('/')[1]}"
    app.push(tag, images.Image(json.dumps(content).encode(), images.OCI_INDEX))
    app.push("v1-amd64", "linux/amd64")
    binary.publish("--platform-from", "tag", app.at("v1"), tag, "v1-amd64")
    [first, second, _] = json.loads(app.manifest("v1").content)["manifests"]
    assert (first["digest"], second) == (image.digest, descriptor(signature.manifest, images.OCI_MANIFEST))
    binary.publish("--platform", f"{tag}={platform}", app.at("v2"), tag, "v1-amd64")
    assert app.manifest("v2").content == app.manifest("v1").content
