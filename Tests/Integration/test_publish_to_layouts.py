"""`docker manifestx publish` of lists into OCI image layouts: `oci-layout://DIRECTORY:TAG` as LIST."""

import json
import subprocess

import pytest

from support import images
from support.podman import Podman
from support.repository import platforms

REF_NAME = "org.opencontainers.image.ref.name"


def names(layout):
    """The names in a layout, and the digests that they have."""
    index = json.loads((layout / "index.json").read_text())
    return {entry["annotations"][REF_NAME]: entry["digest"] for entry in index["manifests"]}


def content(layout, name):
    return (layout / "blobs/sha256" / names(layout)[name].removeprefix("sha256:")).read_bytes()


def pull(layout, name, architecture, folder):
    """The architecture of the image that skopeo copies out of a layout, after it has verified its blobs."""
    target = folder / f"pulled-{architecture}"
    done = subprocess.run(
        ["skopeo", "--override-os", "linux", "--override-arch", architecture, "copy", "-q",
         f"oci:{layout}:{name}", f"dir:{target}"],
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert done.returncode == 0, done.stderr
    config = json.loads((target / "manifest.json").read_text())["config"]["digest"]
    return json.loads((target / config.removeprefix("sha256:")).read_text())["architecture"]


@pytest.mark.parametrize("form", ["oci-layout://{}:v1", "oci:{}:v1", "ocidir://{}:v1"])
def test_images_of_a_registry(app, plugin, tmp_path, form):
    """docker's and OCI's images: other programs find only an OCI index in a layout."""
    app.push("v1-arm64", images.buildx("linux/arm64"))
    app.push("v1-amd64", "linux/amd64")
    layout = tmp_path / "new" / "layout"
    result = plugin.publish(form.format(layout), app.at("v1-arm64"), app.at("v1-amd64"))
    assert result.stdout == f"{names(layout)['v1']}\n"
    assert f"Published {form.format(layout)}" in result.stderr
    assert platforms(content(layout, "v1")) == ["linux/arm64", "unknown/unknown", "linux/amd64"]
    assert json.loads(content(layout, "v1"))["mediaType"] == images.OCI_INDEX
    assert json.loads((layout / "oci-layout").read_text()) == {"imageLayoutVersion": "1.0.0"}
    for architecture in ("arm64", "amd64"):
        assert pull(layout, "v1", architecture, tmp_path) == architecture


def test_the_path_of_an_archive_can_have_a_tag(app, binary):
    """A name in a registry does not begin with a dot or a slash."""
    digest = app.push("v1-arm64", images.buildx("linux/arm64")).digest
    assert binary.publish("./new.tar:v1", app.at("v1-arm64")).stdout == f"{digest}\n"
    for name in "./new.tar:v1", f"{binary.home}/new.tar:v1", f"./new.tar@{digest}", "oci-archive:new.tar:v1":
        assert binary.publish(app.at("v1"), name).stdout == f"{digest}\n"


def test_podman_pulls_each_image(app, plugin, tmp_path):
    words = [app.at(f"v1-{architecture}") for architecture in ("arm64", "amd64")]
    app.push("v1-arm64", "linux/arm64", kind="oci")
    app.push("v1-amd64", "linux/amd64")
    layout = tmp_path / "layout"
    plugin.publish(f"oci-layout://{layout}", "-t", app.at("v1"), *words)
    assert list(names(layout)) == ["latest"]
    assert app.manifest("v1").digest == names(layout)["latest"]
    podman = Podman(tmp_path / "podman")
    for architecture in ("arm64", "amd64"):
        assert podman.pull(f"oci:{layout}:latest", architecture) == architecture
        assert podman.pull(f"docker://{app.at('v1')}", architecture) == architecture


@pytest.fixture
def layout(app, binary, tmp_path):
    """A layout with two images, and one list that has another architecture."""
    for architecture in ("arm64", "amd64", "s390x"):
        app.push(f"v1-{architecture}", f"linux/{architecture}", kind="oci")
        source = f"docker://{app.at(f'v1-{architecture}')}"
        done = subprocess.run(
            ["skopeo", "copy", "-q", "--src-tls-verify=false", source, f"oci:{tmp_path}/layout:v1-{architecture}"],
            capture_output=True, text=True, timeout=60, check=False,
        )
        assert done.returncode == 0, done.stderr
    binary.publish(f"oci-layout://{tmp_path}/layout:v1", app.at("v1-s390x"))
    return tmp_path / "layout"


def test_images_of_the_layout_itself_need_no_server(layout, binary, tmp_path):
    """A bare word is a tag of the layout, as it is one of LIST's repository."""
    binary.publish(f"oci-layout://{layout}:v2", "v1-arm64", ":v1-amd64", "-t", "stable", "--keep-tags", "{tag}-{arch}")
    assert set(names(layout)) == {
        "v1", "v1-arm64", "v1-amd64", "v1-s390x", "v2", "stable", "v2-arm64", "v2-amd64"
    }
    assert names(layout)["v2-arm64"] == names(layout)["v1-arm64"]
    assert platforms(content(layout, "stable")) == ["linux/arm64", "linux/amd64"]
    again = binary.publish(f"oci-layout://{layout}:v2", f"@{names(layout)['v1-arm64']}", "v1-amd64")
    assert f"oci-layout://{layout}:v2 is already this list" in again.stderr
    assert pull(layout, "stable", "amd64", tmp_path) == "amd64"


def test_what_the_layout_had_is_noticed(layout, binary):
    result = binary.publish(f"oci-layout://{layout}:v1", "v1-arm64", "v1-amd64")
    assert "had images for linux/s390x, which the new list does not have" in result.stderr
    binary.fail("publish", f"oci-layout://{layout}:v1-arm64", "v1-amd64")
    assert "names linux/arm64" in binary.fail("publish", f"oci:{layout}:v1-arm64", "v1-amd64").stderr


def test_a_blob_that_a_copy_left_out_is_copied_again(app, layout, binary, tmp_path):
    """The list is there already, and one of its images is damaged."""
    manifest = json.loads(content(layout, "v1-s390x"))
    blob = layout / "blobs/sha256" / manifest["layers"][0]["digest"].removeprefix("sha256:")
    blob.unlink()
    binary.publish(f"oci-layout://{layout}:v1", app.at("v1-s390x"))
    assert pull(layout, "v1", "s390x", tmp_path) == "s390x"


def test_an_image_of_the_layout_itself_that_lacks_a_blob(layout, binary):
    """A registry looks for the blobs of a manifest; nobody else does in a layout."""
    manifest = json.loads(content(layout, "v1-arm64"))
    blob = layout / "blobs/sha256" / manifest["layers"][0]["digest"].removeprefix("sha256:")
    blob.unlink()
    for words in (["publish"], ["publish", "--dry-run"], ["add"]):
        result = binary.fail(*words, f"oci-layout://{layout}:v1", "v1-arm64", "v1-amd64")
        assert f"{blob} is missing" in result.stderr
    assert platforms(content(layout, "v1")) == ["linux/s390x"]


@pytest.mark.parametrize("words, text", [
    (["{}.tar", "oci:{}:v1-arm64"], "layout.tar:TAG"),
    (["{}.tgz", "oci:{}:v1-arm64"], "oci-archive:FILE.tar:TAG"),
    (["oci-archive:{}.tar.gz:v1", "oci:{}:v1-arm64"], "compress it afterwards: gzip FILE.tar"),
    (["oci-layout://{}:v2", "-t", "oci-archive:{}.tzst:v1", "oci:{}:v1-arm64"], "compressed with zstd, but"),
    (["oci-archive:{}.tar:v1", "-t", "v2", "oci:{}:v1-arm64"], "only one name"),
    (["oci-archive:{}.tar:v1", "-t", "oci-archive:{}2.tar:v1", "oci:{}:v1-arm64"], "only one name"),
    (["oci-archive:{}.tar:v1", "--keep-tags", "{{arch}}", "oci:{}:v1-arm64"], "--keep-tags gives names to the images"),
    (["oci-archive:{}/index.json:v1", "oci:{}:v1-arm64"], "not a tar archive"),
    (["oci-archive:{}/none/a.tar:v1", "oci:{}:v1-arm64"], "no such file or directory"),
    (["oci-layout://{}@sha256:" + 64 * "0", "v1-arm64"], "has a digest"),
    (["--media-type", "docker", "oci-layout://{}:v2", "v1-arm64"], "do not find a docker manifest list"),
    (["oci-layout://{}:v2", "v1-*"], "HOST/REPOSITORY:PATTERN"),
    (["oci-layout://{}:v2", "--subject", "r.example/a:v1", "v1-arm64"], "registries look for referrers"),
    (["oci-layout://{}:v2", "--keep-tags", "v1-amd64", "v1-arm64"], "another one of the images"),
    (["oci-layout://{}/blobs:v2", "oci:{}:v1-arm64"], "is not an OCI image layout"),
    (["oci-layout://{}/none:v2", "v1-arm64"], "HOST/REPOSITORY:TAG"),
    (["oci-layout://{}:v2", "v1-arm64", "--metadata-file", ""], "--metadata-file needs the name of a file"),
    (["oci-layout://{}/index.json:v2", "oci:{}:v1-arm64"], "not a directory"),
    (["oci-layout://{}/index.json/a/b:v2", "oci:{}:v1-arm64"], "not a directory"),
    (["oci-archive:/dev/null:v2", "oci:{}:v1-arm64"], "is not a regular file"),
    (["oci-layout://{}:v2", "oci:{}/x\ny:v1-arm64"], "control character"),
])
def test_what_cannot_be_published_changes_nothing(layout, binary, words, text):
    """A dry run finds it as well."""
    before = (layout / "index.json").read_bytes()
    if "another one" in text:
        words = [*words, "v1-amd64"]
    for option in ([], ["--dry-run"]):
        result = binary.fail("publish", *option, *(word.format(layout) for word in words))
        assert text in result.stderr
        assert "Published" not in result.output and "Dry run" not in result.stderr
    assert (layout / "index.json").read_bytes() == before


def test_an_annotation_that_is_null_hides_no_name(layout, binary):
    """Programs in Go read it as an empty text."""
    file = layout / "index.json"
    index = json.loads(file.read_text())
    for entry in index["manifests"]:
        entry["annotations"]["x"] = None
    file.write_text(json.dumps(index))
    binary.publish(f"oci-layout://{layout}:v1-arm64", "v1-amd64", "--platform-from", "config")
    assert len(json.loads(file.read_text())["manifests"]) == len(index["manifests"])
    assert binary.fail("publish", f"oci-layout://{layout}:v2", "@sha256:" + "0" * 64, code=3).stderr.startswith("ERROR: ")


def test_a_list_that_could_not_be_read_again_is_not_published(layout, binary):
    before = (layout / "index.json").read_bytes()
    spec = {"image": f"oci-layout://{layout}:v2", "manifests": [f"oci-layout://{layout}:v1-arm64"],
            "annotations": {f"a{number}": "${X}" + "y" * 3000 for number in range(41)}}
    (layout.parent / "spec.json").write_text(json.dumps(spec))
    error = binary.fail("publish", "--set", f"X={'x' * 100_000}", "--file", layout.parent / "spec.json").stderr
    assert "would be too large to be read again: it is larger than 4194304 bytes" in error
    assert (layout / "index.json").read_bytes() == before


DISKS = {
    "full": ('mount -t tmpfs -o size=4k tmpfs "$0"', "no space left on device"),
    "read-only": ('mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"', "read-only file system"),
}


@pytest.mark.parametrize("disk", DISKS)
def test_a_disk_that_cannot_be_written(app, binary, tmp_path, disk):
    """No other name moves either."""
    mount, text = DISKS[disk]
    before = app.push("v1", "linux/s390x").digest
    app.push("v1-arm64", "linux/arm64")
    directory = tmp_path / "disk"
    directory.mkdir()
    for layout, option in [(f"oci-layout://{directory}:v1", []), (f"oci-archive:{directory}/a.tar:v1", []),
                           (f"oci-layout://{directory}/new:v1", ["--dry-run"]),
                           (f"oci-layout://{directory}:v1", ["--dry-run"]),
                           (f"oci-archive:{directory}/a.tar:v1", ["--dry-run"])]:
        if option and disk == "full":
            continue
        words = [str(binary.binary), "publish", *option, layout, "-t", app.at("v1"), app.at("v1-arm64")]
        result = binary.spawn(["unshare", "--mount", "sh", "-c", f'{mount} && exec "$@"', str(directory), *words])
        assert result.returncode == 1, layout
        assert text in result.stderr and str(directory) in result.stderr
        assert app.manifest("v1").digest == before


def test_an_archive(app, layout, binary, tmp_path):
    """It has one image, and replaces only an archive with the same name in it."""
    archive = tmp_path / "list.tar"
    words = [f"oci:{layout}:v1-arm64", f"oci:{layout}:v1-amd64", "--annotation", "a=b"]
    first = binary.publish(f"oci-archive:{archive}:v1", *words)
    again = binary.publish(f"oci-archive:{archive}:v1", *words)
    assert again.stdout == first.stdout and "is already this list" in again.stderr
    binary.publish(f"oci-archive:{archive}:v1", app.at("v1-s390x"), *words[:2], "-t", app.at("v2"))
    for architecture in ("arm64", "amd64", "s390x"):
        target = tmp_path / architecture
        done = subprocess.run(
            ["skopeo", "--override-os", "linux", "--override-arch", architecture, "copy", "-q",
             f"oci-archive:{archive}:v1", f"dir:{target}"],
            capture_output=True, text=True, timeout=60, check=False,
        )
        assert done.returncode == 0, done.stderr
    listed = subprocess.run(["tar", "-tvf", archive], capture_output=True, text=True, timeout=60, check=True)
    assert len(listed.stdout.splitlines()) == 3 * 3 + 1 + 2
    for command in (["add", f"oci:{layout}:v1-arm64"], ["remove", "linux/arm64"]):
        failed = binary.fail(command[0], f"oci-archive:{archive}:v1", *command[1:])
        assert "is in an archive, which cannot be changed" in failed.stderr
    before = archive.read_bytes()
    for option in ([], ["--dry-run"]):
        other = binary.fail("publish", *option, f"oci-archive:{archive}:v3", *words)
        assert "has other images, which would be lost: v1\n  Use another file, or a directory" in other.stderr
    (layout / "blobs/sha256" / names(layout)["v1-arm64"].removeprefix("sha256:")).unlink()
    binary.fail("publish", f"oci-archive:{archive}:v1", *words, "--annotation", "c=d")
    assert archive.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".docker")) == []


def test_the_only_image_does_not_lose_its_name(app, binary, tmp_path):
    """Nor does another list of the same run read what an archive had before."""
    app.push_pair()
    image = app.at("v1-arm64-20210624")
    archive = tmp_path / "a.tar"
    binary.publish(f"oci-archive:{archive}:v1", image)
    before = archive.read_bytes()
    message = f"the image {archive} may be oci-archive:{archive}:v1, which the list would replace\n  Use another file"
    for command in "publish", "add":
        assert message in binary.fail(command, f"oci-archive:{archive}:v1", str(archive), image).stderr
    (tmp_path / "spec.yaml").write_text(
        f"- image: oci-archive:{archive}:v1\n  manifests: ['{app.at('v1-amd64-20210624')}']\n"
        f"- image: {app.at('copy')}\n  manifests: ['{archive}']\n"
    )
    result = binary.fail("publish", "--file", str(tmp_path / "spec.yaml"))
    assert f"spec.yaml:4: the image {archive} may be the list in {tmp_path}/spec.yaml:1, which" in result.stderr
    assert archive.read_bytes() == before and "copy" not in app.tags()


def test_two_runs_at_the_same_time(layout, binary):
    """Each name is there at the end, and each list is complete."""
    runs = [
        binary.start_binary("publish", f"oci-layout://{layout}:n{number}", "v1-arm64", "v1-amd64") for number in range(6)
    ]
    assert [run.wait(timeout=60).returncode for run in runs] == 6 * [0]
    assert {f"n{number}" for number in range(6)} <= set(names(layout))
    assert names(layout)["n0"] == names(layout)["n5"]
