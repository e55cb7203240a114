"""`docker manifestx publish --from FILE`: exactly these bytes, if the images are there."""

import json

import pytest

from support import images


def test_the_list_of_a_dry_run_is_published_byte_for_byte(app, plugin, tmp_path):
    words = app.push_pair()
    shown = plugin.publish("--dry-run", app.at("v1"), *words)
    file = tmp_path / "list.json"
    file.write_text(shown.stdout)
    result = plugin.publish(app.at("v1"), "--from", str(file), "-t", "stable", "--expect", "linux/arm64,linux/amd64")
    assert app.manifest("v1").content == app.manifest("stable").content == file.read_bytes()
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    assert "(from the index)" in result.stderr


def test_other_spaces_and_members_stay(app, binary, tmp_path):
    """From standard input, and from a pipe, as a shell makes it of <(command)."""
    words = app.push_pair()
    content = json.loads(binary.publish("--dry-run", app.at("v1"), *words).stdout)
    text = json.dumps({**content, "x": [1.50]}, indent=7) + "\n\n"
    (tmp_path / "list.json").write_text(text)
    for tag, source in (("v1", "-"), ("v2", "/dev/stdin")):
        words = [str(tmp_path / "list.json"), str(binary.binary), "publish", app.at(tag), "--from", source]
        assert binary.spawn(["sh", "-c", 'cat "$0" | "$@"', *words]).returncode == 0
        assert app.manifest(tag).content == text.encode()


def test_a_docker_list_does_not_become_another_one_in_a_layout(app, binary, tmp_path):
    words = app.push_pair()
    (tmp_path / "list.json").write_text(binary.publish("--dry-run", app.at("v1"), *words).stdout)
    layout = f"oci-layout://{tmp_path}/layout:v1"
    result = binary.fail("publish", app.at("v1"), "-t", layout, "--from", str(tmp_path / "list.json"))
    assert f"{layout} is in an image layout" in result.stderr and "with --from, the list must be" in result.stderr
    assert "v1" not in app.tags()


def change(content, how):
    entry = content["manifests"][0]
    if how == "missing":
        entry["digest"] = "sha256:" + 64 * "0"
    elif how == "size":
        entry["size"] += 1
    elif how == "type":
        entry["mediaType"] = images.OCI_MANIFEST
    elif how == "twice":
        content["manifests"][1]["platform"] = entry["platform"]
    elif how == "empty":
        content["manifests"] = []
    elif how == "platform":
        del entry["platform"]["architecture"]
    elif how == "data":
        entry["data"] = "e30="
    return json.dumps(content)


@pytest.mark.parametrize("how, text", [
    ("missing", "Push the image to"), ("size", "size"), ("type", "mediaType"), ("twice", "are both for"),
    ("empty", "contains no images"), ("data", "the data in its descriptor has other bytes"), ("platform", "lacks the operating system or the architecture"),
])
def test_a_list_whose_images_are_not_there_is_refused(app, binary, tmp_path, how, text):
    words = app.push_pair()
    before = app.push("v1", "linux/s390x").digest
    content = json.loads(binary.publish("--dry-run", app.at("v2"), *words).stdout)
    file = tmp_path / "list.json"
    file.write_text(change(content, how))
    result = binary.fail("publish", app.at("v1"), "--from", str(file))
    assert text in result.stderr
    assert how == "missing" or "\n  Correct the list, or make it anew" in result.stderr
    assert "--platform" not in result.stderr and "inspect" not in result.stderr
    assert app.manifest("v1").digest == before


@pytest.mark.parametrize("name", ["oci-archive:{}/new.tar", "oci-layout://{}/new", "oci-layout://{}/empty"])
def test_a_layout_that_does_not_exist_has_no_images(app, binary, tmp_path, name):
    file = tmp_path / "list.json"
    file.write_text(binary.publish("--dry-run", "--media-type", "oci", app.at("v1"), *app.push_pair()).stdout)
    (tmp_path / "empty").mkdir()
    layout = name.format(tmp_path)
    result = binary.fail("publish", f"{layout}:v1", "--from", str(file))
    assert f"must already be in {layout}, which does not exist\n" in result.stderr
    assert f"docker manifestx publish {layout}:TAG IMAGE..." in result.stderr
    assert not list(tmp_path.glob("new*")) and not list((tmp_path / "empty").iterdir())


@pytest.mark.parametrize("content, text", [
    ("", "is not a list of images"), ("[]", "is not a list of images"), ("{}", "manifests is missing"),
    ('{"manifests": []}', "schemaVersion is missing"),
    (json.dumps({"schemaVersion": 2, "mediaType": images.OCI_MANIFEST, "config": {}, "layers": []}),
     "its mediaType is application/vnd.oci.image.manifest.v1+json"),
    (json.dumps({"manifests": [], "config": {}}), "could be two different manifests"),
    (" " * (5 << 20), "file too large"), (None, "no such file or directory"),
])
def test_a_file_that_is_no_list(binary, tmp_path, content, text):
    file = tmp_path / "list.json"
    if content is not None:
        file.write_text(content)
    result = binary.fail("publish", "127.0.0.1:1/a:v1", "--from", str(file))
    assert text in result.stderr and str(file) in result.stderr


@pytest.mark.parametrize("words, name", [
    (["IMAGE"], "IMAGE"), (["--platform", "a=linux/arm64"], "--platform"), (["--annotation", "a=b"], "--annotation"),
    (["--platform-filter", "linux/arm64"], "--platform-filter"), (["--media-type", "oci"], "--media-type"),
    (["--platform-from", "tag"], "--platform-from"),
    (["--no-attestations"], "--no-attestations"), (["--push"], "--push"), (["--artifact-type", "a/b"], "--artifact-type"),
])
def test_options_that_would_change_the_list(binary, words, name):
    result = binary.fail("publish", "r.example/a:v1", "--from", "list.json", *words, code=125)
    assert f"--from and {name} cannot be used together" in result.stderr
