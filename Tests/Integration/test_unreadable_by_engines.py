"""Documents that container engines cannot read as a whole, because of one member: skopeo shows it."""

import json
import subprocess

import pytest

from support import images

FIELDS = {"os": "linux", "architecture": "arm64"}


def skopeo(reference):
    words = ["skopeo", "--override-os", "linux", "--override-arch", "arm64", "inspect", "--tls-verify=false", reference]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False).returncode


@pytest.mark.parametrize("member, problem", [
    ({"created": "2015-10-21T07:28:00Z"}, None),
    ({"created": "2015-10-21"}, "created is not a time (such as 2015-10-21T07:28:00Z)"),
    ({"author": 1}, "author must be a string, but is a number"),
    ({"history": [{"created": "yesterday"}]}, "history[0].created is not a time (such as 2015-10-21T07:28:00Z)"),
])
def test_a_config(app, binary, member, problem):
    image = app.push("arm64", images.build(kind="oci", fields={**FIELDS, **member}))
    app.push("list", images.index([(image, "linux/arm64")]))
    assert (skopeo(f"docker://{app.at('arm64')}") != 0) == (problem is not None)
    if problem is None:
        binary.publish(app.at("v1"), "arm64")
        binary.run("inspect", "--check", app.at("v1"))
        return
    assert f"the config of {app.at('arm64')} cannot be read: {problem}\n" in binary.fail("publish", app.at("v1"), "arm64").stderr
    assert "v1" not in app.tags()
    check = binary.attempt("inspect", "--check", app.at("list"))
    assert check.returncode == 1 and problem in check.stdout


@pytest.mark.parametrize("place", ["entry", "layer", "manifest"])
@pytest.mark.parametrize("member, problem", [
    ({"urls": ["https://r.example/a"]}, None), ({"urls": "https://r.example/a"}, "urls must be an array, but is a string"),
    ({"data": 1}, "data must be a string, but is a number"),
], ids=["right", "urls", "data"])
def test_a_descriptor(app, binary, place, member, problem):
    """Registries refuse such a list, and do not say what is wrong; image layouts have none to refuse it."""
    image = images.build("linux/arm64", "oci")
    manifest = json.loads(image.manifest)
    if place == "layer":
        manifest["layers"][0].update(member)
    elif place == "manifest" and problem:
        manifest["subject"] = 1
        problem = "subject must be an object, but is a number"
    changed = images.Image(json.dumps(manifest).encode(), image.media_type, image.blobs)
    listed = json.loads(images.index([(changed, "linux/arm64")]).manifest)
    if place == "entry":
        listed["manifests"][0].update(member)
    layout = binary.home / "layout"
    app.push("right", image)
    binary.publish(f"oci:{layout}:right", app.at("right"))
    for content in changed.manifest, json.dumps(listed).encode():
        (layout / "blobs/sha256" / images.digest_of(content).removeprefix("sha256:")).write_bytes(content)
    index = json.loads((layout / "index.json").read_text())
    index["manifests"].append({
        "mediaType": images.OCI_INDEX, "size": len(content), "digest": images.digest_of(content),
        "annotations": {"org.opencontainers.image.ref.name": "list"}})
    (layout / "index.json").write_text(json.dumps(index))
    assert (skopeo(f"oci:{layout}:list") != 0) == (problem is not None)
    for words in ["publish", f"oci:{layout}:v1", f"oci:{layout}:list"], ["inspect", "--check", f"oci:{layout}:list"]:
        result = binary.attempt(*words)
        assert (result.returncode != 0) == (problem is not None), result.output
        assert (problem or "") in result.output
