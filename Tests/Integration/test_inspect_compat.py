"""`inspect --compat` prints what `docker manifest inspect` prints, byte for byte."""

import json

import pytest

from support import images

# Spaces and line ends of its own, empty containers, and characters that Go escapes in some places.
ODD = {
    "annotations": {"text": "a <b> & \u2028 \u00e9 \u007f \\u003c", "empty": ""},
    "nested": {"a": [], "b": {}, "c": [[], [{}], [1, 2.50, True, None]]},
}


def odd(image):
    """The image with a manifest that is laid out in an unusual way."""
    manifest = {**json.loads(image.manifest), **ODD}
    text = json.dumps(manifest, indent=7, ensure_ascii=False, separators=(" ,", "  : "))
    text = text.replace("[]", "[ ]").replace("{}", "{\n}")
    return images.Image(f" \n{text}\n\n".encode(), image.media_type, image.blobs)


def odd_list(parts, media_type):
    """A list with members that `docker manifest inspect` does not print."""
    content = json.loads(images.index(parts, media_type).manifest)
    content["annotations"] = ODD["annotations"]
    first, second, *_ = content["manifests"]
    first["annotations"] = {"a": "b"}
    first["platform"].update({"os.version": "10.0.17763.1", "os.features": ["win32k", "<x>"], "features": ["sse4"]})
    second["platform"] = {"os": "linux", "architecture": "arm", "variant": "v7", "other": 1}
    return images.Image(json.dumps(content, indent=1).encode(), media_type)


@pytest.fixture
def names(app):
    """What the registry has, by kind."""
    platforms = ("windows/amd64", "linux/arm/v7", "linux/arm64")
    parts = {}
    for kind in ("docker", "oci"):
        parts[kind] = [(app.push(None, platform, kind=kind), platform) for platform in platforms]
        fields = {"os": "linux", "architecture": "arm", "variant": "v6", "os.version": "1", "os.features": ["f&"]}
        app.push(f"{kind}-image", odd(images.build(kind=kind, marker=app.path, fields=fields)))
    app.push("docker-list", odd_list(parts["docker"], images.DOCKER_LIST))
    app.push("oci-index", odd_list(parts["oci"], images.OCI_INDEX))
    app.push("mixed", images.index([*parts["docker"][:1], *parts["oci"][1:]], images.OCI_INDEX))
    app.push("attested", images.buildx("linux/amd64", "linux/arm64", marker=app.path))
    return ["docker-image", "oci-image", "docker-list", "oci-index", "mixed", "attested"]


@pytest.mark.parametrize("options", [(), ("--verbose",)], ids=["short", "verbose"])
def test_prints_what_docker_prints(app, binary, names, options):
    references = [app.at(name) for name in names]
    references.append(f"{app.at('oci-index')}@{app.manifest('oci-index').digest}")
    references.append(f"{app.name}@{app.manifest('oci-image').digest}")
    for reference in references:
        docker = binary.spawn(["docker", "manifest", "inspect", "--insecure", *options, reference])
        assert docker.returncode == 0, docker.output
        assert binary.run("inspect", "--compat", *options, reference).stdout == docker.stdout


def test_one_image_of_a_list(app, binary, names):
    shown = binary.run("inspect", "--compat", "--platform", "linux/arm64", app.at("oci-index")).stdout
    [entry] = [part for part in json.loads(app.manifest("oci-index").content)["manifests"]
               if part["platform"]["architecture"] == "arm64"]
    assert json.loads(shown) == json.loads(app.manifest(entry["digest"]).content)


@pytest.mark.parametrize("words, message", [
    (["--verbose"], "--verbose can only be used with --compat"),
    (["--compat", "--raw"], "--compat and --raw cannot be used together"),
    (["--compat", "--format", "{{.Name}}"], "--compat and --format cannot be used together"),
    (["--compat", "b:v1"], "--compat prints one document: give it one NAME"),
    (["--raw", "--format", "{{.Name}}"], "--raw and --format with a template cannot be used together"),
    (["--format", "{{.Name"], "the template of --format: column 1: }} is missing"),
])
def test_options_that_exclude_each_other(binary, words, message):
    assert binary.fail("inspect", *words, "a:v1", code=125).stderr.splitlines()[0] == message


def test_lists_in_lists_are_not_shown(app, binary, names):
    nested = images.index([(app.push("inner", images.index([], images.OCI_INDEX)), "linux/amd64")], images.OCI_INDEX)
    app.push("outer", nested)
    for options in ([], ["-v"]):
        text = binary.fail("inspect", "--compat", *options, app.at("outer")).stderr
        assert text.startswith("ERROR: docker manifest inspect does not show lists that contain lists, such as sha256:")


def test_a_list_without_images_is_an_error(app, binary):
    app.push("v1", images.index([], images.DOCKER_LIST))
    assert binary.spawn(["docker", "manifest", "inspect", "--insecure", app.at("v1")]).returncode == 1
    for options in ([], ["-v"]):
        result = binary.fail("inspect", "--compat", *options, app.at("v1"), code=1)
        assert "is a list without images" in result.stderr
