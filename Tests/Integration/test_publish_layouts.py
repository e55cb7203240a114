"""`docker manifestx publish` of images in OCI image layouts, which other programs have written."""

import json
import subprocess

import pytest

from support import images
from support.repository import platforms


def skopeo(*words):
    done = subprocess.run(["skopeo", *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def save(app, tag, target):
    """Copies an image, with all its parts, out of the registry."""
    skopeo("copy", "-q", "--all", "--src-tls-verify=false", f"docker://{app.at(tag)}", target)


def pull(app, tag, architecture, folder):
    """The config of an image of the list, as skopeo copies it."""
    skopeo("--override-os", "linux", "--override-arch", architecture, "copy", "-q",
           "--src-tls-verify=false", f"docker://{app.at(tag)}", f"dir:{folder}/{architecture}")
    manifest = json.loads((folder / architecture / "manifest.json").read_text())
    config = manifest["config"]["digest"].removeprefix("sha256:")
    return json.loads((folder / architecture / config).read_text())


@pytest.fixture
def layout(app, tmp_path):
    """A layout with two images, and an index as buildx makes it. Their names there are their tags."""
    app.push("v1-arm64", "linux/arm64", kind="oci")
    app.push("v1-amd64", "linux/amd64", kind="oci")
    app.push("build", images.buildx("linux/arm64", "linux/s390x", marker="layout"))
    directory = tmp_path / "layout"
    for tag in ("v1-arm64", "v1-amd64", "build"):
        save(app, tag, f"oci:{directory}:{tag}")
    return directory


@pytest.mark.parametrize("form", ["oci-layout://{layout}:{tag}", "ocidir://{layout}:{tag}", "oci:{layout}:{tag}"])
def test_images_of_a_layout(app, layout, plugin, tmp_path, form):
    words = [form.format(layout=layout, tag=tag) for tag in ("v1-arm64", "v1-amd64")]
    app = type(app)(app.registry, f"{app.path}-new", app.address)
    result = plugin.publish(app.at("v1"), *words)
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/amd64"]
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    assert result.stderr.count("(tag and image agree)") == 2
    for architecture in ("arm64", "amd64"):
        assert pull(app, "v1", architecture, tmp_path)["architecture"] == architecture


def test_an_index_of_a_layout_keeps_its_digest(app, layout, plugin, tmp_path):
    build = app.manifest("build")
    new = type(app)(app.registry, f"{app.path}-new", app.address)
    result = plugin.publish(new.at("v1"), f"oci-layout://{layout}:build")
    assert result.stdout == f"{build.digest}\n"
    assert new.manifest("v1").content == build.content
    assert pull(new, "v1", "s390x", tmp_path)["architecture"] == "s390x"


@pytest.mark.parametrize("form", ["oci-archive:{file}:v1-arm64", "{file}"])
def test_an_image_of_an_archive(app, plugin, tmp_path, form):
    app.push("v1-arm64", "linux/arm64", kind="oci")
    app.push("v1-amd64", "linux/amd64")
    file = tmp_path / "image.tar"
    save(app, "v1-arm64", f"oci-archive:{file}:v1-arm64")
    new = type(app)(app.registry, f"{app.path}-new", app.address)
    plugin.publish(new.at("v1"), form.format(file=file), app.at("v1-amd64"))
    assert platforms(new.manifest("v1").content) == ["linux/arm64", "linux/amd64"]
    assert pull(new, "v1", "arm64", tmp_path)["architecture"] == "arm64"


def damage(layout, how):
    index = json.loads((layout / "index.json").read_text())
    [image] = [entry for entry in index["manifests"]
               if entry["annotations"]["org.opencontainers.image.ref.name"] == "v1-arm64"]
    manifest = layout / "blobs/sha256" / image["digest"].removeprefix("sha256:")
    layer = json.loads(manifest.read_text())["layers"][0]["digest"].removeprefix("sha256:")
    blob = layout / "blobs/sha256" / layer
    if how == "not a layout":
        (layout / "oci-layout").unlink()
        return layout / ""
    if how == "cut":
        blob.write_bytes(blob.read_bytes()[:-1])
    elif how == "changed":
        blob.write_bytes(blob.read_bytes()[:-1] + b"X")
    elif how == "missing":
        blob.unlink()
    elif how == "link":
        blob.rename(layout / "elsewhere")
        blob.symlink_to(layout / "elsewhere")
    elif how == "manifest":
        manifest.write_bytes(manifest.read_bytes().replace(b"sha256", b"sha512", 1))
        return manifest
    return blob


@pytest.mark.parametrize("how", ["not a layout", "cut", "changed", "missing", "link", "manifest"])
def test_a_broken_layout_is_refused_with_the_name_of_the_file(app, layout, binary, how):
    new = type(app)(app.registry, f"{app.path}-new", app.address)
    before = new.push("v1", "linux/s390x").digest
    file = damage(layout, how)
    result = binary.fail("publish", new.at("v1"), f"oci-layout://{layout}:v1-arm64")
    assert str(file).rstrip("/") in result.stderr
    assert new.manifest("v1").digest == before


@pytest.mark.parametrize("image, text", [
    ("oci-layout://{layout}:v2", "v1-arm64, v1-amd64, build"),
    ("oci-layout://{layout}", "v1-arm64, v1-amd64, build"),
    ("oci-layout://{layout}-none:v1", "{layout}-none"),
    ("oci://r.example/app:v1", "oci://"),
    ("none.tar", "none.tar"),
])
def test_names_that_are_not_there(app, layout, binary, image, text):
    result = binary.fail("publish", app.at("v1"), image.format(layout=layout))
    assert text.format(layout=layout) in result.stderr


def test_an_archive_is_not_looked_for_on_docker_hub(app, binary):
    """The owner of the user `build` there could have an image of this name."""
    app.push("v1-arm64", "linux/arm64")
    archive = binary.home / "build/app.tar"
    archive.parent.mkdir()
    binary.run("publish", f"oci-archive:{archive}:v1", app.at("v1-arm64"))
    error = binary.fail("publish", app.at("v2"), "build/app.tar:v1", code=125).stderr
    assert "write ./build/app.tar:v1 for the archive, or docker.io/build/app.tar:v1 for the repository" in error
    binary.run("publish", app.at("v2"), "./build/app.tar:v1")
