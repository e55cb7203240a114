"""What a list has besides its images: annotations, artifact type, subject."""

import json

import pytest

from support import images
from support.repository import skopeo_raw

TITLE = "org.opencontainers.image.title"
DESCRIPTION = "org.opencontainers.image.description"


def published(app, tag="v1"):
    """The list, as skopeo reads it."""
    return json.loads(skopeo_raw(app.at(tag), "--tls-verify=false"))


def test_annotations_of_the_list_and_of_an_image(app, plugin):
    arm, amd = app.push_pair()
    result = plugin.publish(
        "--annotation", f"index:{DESCRIPTION}=An  app: a=b", "--annotation=plain=x",
        "--annotation", "manifest-descriptor[linux/arm64]:a=arm", app.at("v1"), arm, amd)
    index = published(app)
    assert index["mediaType"] == images.OCI_INDEX
    assert index["annotations"] == {DESCRIPTION: "An  app: a=b", "plain": "x"}
    assert [entry.get("annotations") for entry in index["manifests"]] == [{"a": "arm"}, None]
    assert app.manifest("v1").digest == result.stdout.strip()
    assert result.stderr.count("is an OCI index") == 1
    assert "rewritten" not in result.stderr


@pytest.mark.parametrize("newline, end", [("\n", "\n"), ("\r\n", "\r")], ids=["unix", "windows"])
def test_what_the_metadata_action_prints(app, plugin, newline, end):
    """DOCKER_METADATA_OUTPUT_ANNOTATIONS, with DOCKER_METADATA_ANNOTATIONS_LEVELS for all of the types.

    Of a file with CRLF, a shell removes the last LF.
    """
    arm, amd = app.push_pair()
    lines = newline.join(
        f"{kind}:{TITLE}=app" for kind in ("manifest", "index", "manifest-descriptor", "index-descriptor")
    ) + f"{newline}manifest:{DESCRIPTION}=two words{newline}index-descriptor:x=y{end}"
    result = plugin.publish("--annotation", lines, app.at("v1"), arm, amd)
    index = published(app)
    assert index["annotations"] == {TITLE: "app", "x": "y"}
    assert [entry["annotations"] for entry in index["manifests"]] == [
        {TITLE: "app", DESCRIPTION: "two words"}] * 2
    assert result.stderr.count("Images are not rewritten") == 1
    # The images are those that were pushed.
    assert [entry["digest"] for entry in index["manifests"]] == [
        app.manifest(arm).digest, app.manifest(amd).digest]


def test_a_build_is_annotated(app, plugin):
    build = app.push("build", images.buildx("linux/arm64", "linux/amd64", annotations={"k": "v"}))
    result = plugin.publish("--annotation", "a=b", app.at("v1"), "build")
    index = published(app)
    assert index["annotations"] == {"a": "b", "k": "v"}
    assert index["manifests"] == json.loads(build.manifest)["manifests"]
    # It was an OCI index before.
    assert "is an OCI index" not in result.stderr
    again = plugin.publish("--annotation", "k=v", app.at("v2"), "build")
    assert again.stdout.strip() == build.digest


@pytest.mark.parametrize("options, code, expected", [
    (["--annotation", "a=b", "--media-type", "docker"], 125, ["--annotation", "--media-type docker"]),
    (["--annotation", "layer:a=b"], 125, ["layer:a=b", "index, manifest-descriptor"]),
    (["--annotation", "a=b", "--annotation", "a=c"], 125, ["a of the list two values", "b", "c"]),
    (["--annotation", "manifest[linux/s390x]:a=b"], 1,
     ["ERROR: an annotation is for linux/s390x, but none of the images is", "--annotation"]),
    (["--annotation", "manifest[linux/amd65]:a=b"], 125, ["amd65", "Did you mean amd64?"]),
    (["--artifact-type", "x"], 125, ["x", "--artifact-type", "media type"]),
    (["--subject", "nowhere"], 3, ["ERROR: {nowhere} is not in the registry"]),
    (["--subject", "{other}"], 125, ["--subject {other}", "not in", "LIST"]),
])
def test_what_is_refused(app, plugin, options, code, expected):
    arm, amd = app.push_pair()
    names = {"{nowhere}": app.at("nowhere"), "{other}": f"{app.host}/other/app:x"}

    def filled(text):
        for mark, name in names.items():
            text = text.replace(mark, name)
        return text

    result = plugin.fail("publish", *map(filled, options), app.at("v1"), arm, amd, code=code)
    for text in expected:
        assert filled(text) in result.stderr
    assert "v1" not in app.tags()


def test_annotations_from_labels(app, plugin):
    for architecture, version in (("arm64", "1"), ("amd64", "2")):
        labels = {TITLE: "app", "org.opencontainers.image.version": version, "maintainer": "m"}
        fields = {"os": "linux", "architecture": architecture}
        app.push(architecture, images.build(fields=fields, labels=labels))
    mark = app.registry.log.mark()
    plugin.publish(
        "--annotations-from-labels", "--annotation", f"{DESCRIPTION}=d", app.at("v1"), "arm64", "amd64")
    assert published(app)["annotations"] == {TITLE: "app", DESCRIPTION: "d"}
    assert len([r for r in app.requests_since(mark) if r.reads_blob]) == 2


@pytest.mark.parametrize("differ", [False, True], ids=["same", "different"])
def test_labels_of_very_many_images(app, binary, differ):
    """Texts that the images share count once; what is too large is not left out in silence."""
    names = []
    for number in range(70):
        labels = {TITLE: f"{number if differ else ''}" + "t" * 60_000, DESCRIPTION: "d"}
        image = images.build("windows/amd64", os_version=f"10.0.{number}.1", labels=labels)
        names.append(app.push(f"windows-{number}", image).digest)
    words = ["publish", "--annotations-from-labels", "--platform-from", "config", app.at("v1"), *(f"@{d}" for d in names)]
    if differ:
        error = binary.fail(*words, code=1).stderr
        assert "the labels of the images have more than 4194304 bytes together\n  Leave out --annotations-from-labels" in error
    else:
        binary.run(*words)
        assert published(app)["annotations"] == {TITLE: "t" * 60_000, DESCRIPTION: "d"}


def test_images_without_common_labels(app, plugin):
    arm, amd = app.push_pair()
    result = plugin.publish("--annotations-from-labels", app.at("v1"), arm, amd)
    assert published(app)["mediaType"] == images.DOCKER_LIST
    assert "WARNING: the images do not share any label of org.opencontainers.image" in result.stderr


def test_artifact_type_and_subject(app, plugin):
    """The subject goes along to another repository."""
    arm, amd = app.push_pair()
    subject = app.push("subject", images.build("linux/s390x", "oci"))
    other = f"{app.name}-copy"
    plugin.publish("--artifact-type", "application/x.y+json", "--subject", subject.digest,
                   "-t", f"{other}:v1", app.at("v1"), arm, amd)
    index = published(app)
    assert index["artifactType"] == "application/x.y+json"
    assert index["subject"] == {
        "mediaType": images.OCI_MANIFEST, "digest": subject.digest, "size": len(subject.manifest)}
    copied = app.registry.manifest(f"{app.path}-copy", subject.digest)
    assert copied.content == subject.manifest
