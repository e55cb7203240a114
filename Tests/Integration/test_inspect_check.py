"""`docker manifestx inspect --check`: whether every image of a list can be pulled."""

import json
import shutil

import pytest

from support import images
from support.credentials import auth
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER


def push_list(app, entries=None, tag="v1"):
    """Pushes images for two platforms, and a list of them, or one with these entries."""
    built = [app.push(f"v1-{arch}", f"linux/{arch}", kind="oci") for arch in ("amd64", "arm64")]
    whole = images.index([(built[0], "linux/amd64"), (built[1], "linux/arm64")])
    if entries:
        content = json.loads(whole.manifest)
        content["manifests"] = entries(content["manifests"])
        whole = images.Image(json.dumps(content).encode(), images.OCI_INDEX)
    app.push(tag, whole)
    return built


def entry(image, **platform):
    return {"mediaType": image.media_type, "size": len(image.manifest), "digest": image.digest, "platform": platform}


def push_entries(app, *entries):
    app.push("v1", images.Image(json.dumps({"schemaVersion": 2, "manifests": entries}).encode(), images.OCI_INDEX))


def lose_manifest(app, digest):
    shutil.rmtree(app.stored("_manifests/revisions/sha256", digest.removeprefix("sha256:")))


def lose_blob(app, content):
    shutil.rmtree(app.stored("_layers/sha256", images.digest_of(content).removeprefix("sha256:")))


def check(plugin, name, *options):
    """The lines of a check that finds something."""
    result = plugin.attempt("inspect", "--check", *options, name)
    lines = result.stdout.splitlines()
    count = f"{len(lines)} problem{'s' if len(lines) > 1 else ''}"
    assert result.returncode == 1, result.output
    assert result.stderr == f"ERROR: the check of {name} found {count}\n"
    return [line.removeprefix(f"{name}: ") for line in lines]


def test_a_whole_list(app, plugin):
    push_list(app)
    result = plugin.run("inspect", "--check", "--expect", "linux/arm64,linux/amd64", app.at("v1"))
    assert result.stdout == f"{app.at('v1')}: no problems found (2 images, 2 layers)\n" and result.stderr == ""
    plugin.run("inspect", "--check", "--expect", "linux/arm64", app.at("v1-arm64"))


def test_an_image_with_zstd_beside_another(app, binary):
    """As `podman manifest push --add-compression zstd` makes it: podman takes it, and other engines the first one."""
    gzip, zstd = (app.push(None, images.build("linux/arm64", "oci", marker=marker)) for marker in ("gzip", "zstd"))
    listed = json.loads(images.index([(gzip, "linux/arm64"), (zstd, "linux/arm64")]).manifest)
    listed["manifests"][1]["annotations"] = {"io.github.containers.compression.zstd": "true"}
    app.push("v1", images.Image(json.dumps(listed).encode(), images.OCI_INDEX))
    binary.run("inspect", "--check", app.at("v1"))
    other = app.push(None, images.build("linux/arm64", "oci", marker="third"))
    third = {**listed["manifests"][1], "digest": other.digest, "size": len(other.manifest)}
    app.push("three", images.Image(json.dumps({**listed, "manifests": [*listed["manifests"], third]}).encode(), images.OCI_INDEX))
    assert other.digest in binary.attempt("inspect", "--check", app.at("three")).stdout
    # No engine takes the second one: the first has zstd, too; or podman does not find its platform.
    for index, change in (0, listed["manifests"][1]), (1, {"platform": {"os": "linux", "architecture": "aarch64"}}):
        wrong = json.loads(json.dumps(listed))
        wrong["manifests"][index].update({key: change[key] for key in change if key in ("annotations", "platform")})
        app.push("wrong", images.Image(json.dumps(wrong).encode(), images.OCI_INDEX))
        assert binary.attempt("inspect", "--check", app.at("wrong")).returncode == 1


def test_an_image_is_missing(app, plugin):
    _, arm = push_list(app)
    lose_manifest(app, arm.digest)
    [line] = check(plugin, app.at("v1"))
    assert line == (
        f"linux/arm64: {app.name}@{arm.digest} is not in the registry. "
        "Build and push the image again, then publish the list again"
    )


def test_layers_and_configs_are_missing(app, plugin):
    amd, arm = push_list(app)
    lose_blob(app, amd.blobs[0])
    lose_blob(app, arm.blobs[1])
    first, second = check(plugin, app.at("v1"))
    assert first.startswith("linux/amd64: ") and images.digest_of(amd.blobs[0]) in first
    assert second.startswith("linux/arm64: ") and images.digest_of(arm.blobs[1]) in second
    [line] = check(plugin, app.at("v1-arm64"))
    assert line.startswith("linux/arm64: ") and images.digest_of(arm.blobs[1]) in line


def test_the_config_of_an_attestation_is_missing(app, binary):
    """It is not read, but who copies the list needs it."""
    pushed = app.push("v1", images.buildx("linux/amd64", "linux/arm64", marker=app.path))
    binary.run("inspect", "--check", app.at("v1"))
    config = pushed.children[2].blobs[0]
    lose_blob(app, config)
    [line] = check(binary, app.at("v1"))
    assert images.digest_of(config) in line


@pytest.mark.parametrize("change, expected", [
    (lambda entries: [{**entries[0], "size": 5}, entries[1]],
     "linux/amd64: its descriptor says size 5, but the manifest has 401. "),
    (lambda entries: [{**entries[0], "mediaType": images.DOCKER_MANIFEST}, entries[1]],
     "linux/amd64: its descriptor says mediaType application/vnd.docker.distribution.manifest.v2+json, but "),
    (lambda entries: [{**entries[0], "mediaType": "application/vnd.oci.image.manifest.v9+json"}, entries[1]],
     "linux/amd64: its descriptor says mediaType “application/vnd.oci.image.manifest.v9+json”, which is not the type of "),
    (lambda entries: [{**entries[0], "platform": entries[1]["platform"]}],
     "linux/arm64: the config of the image says linux/amd64. If the image is right: docker manifestx annotate "
     "--os linux --arch amd64 "),
    (lambda entries: [entries[0], *entries],
     "linux/amd64: the list has the same image for this platform twice. Publish the list again, with each image once"),
    (lambda entries: [{**entries[0], "platform": {"architecture": "amd64"}}], "the platform lacks the operating system"),
    (lambda entries: [entries[1], {**entries[0], "platform": {"os": "unknown", "architecture": "unknown"},
                                   "annotations": {"vnd.docker.reference.digest": "sha256:" + "0" * 64,
                                                   "vnd.docker.reference.type": "attestation-manifest"}}],
     f"it is an attestation of the image @sha256:{'0' * 64}, which is not in the list. "),
], ids=["size", "type", "other type", "platform", "twice", "half", "attestation"])
def test_an_entry_is_wrong(app, binary, change, expected):
    push_list(app, change)
    [line] = check(binary, app.at("v1"))
    assert expected in line


AMD, ARM = {"os": "linux", "architecture": "amd64"}, {"os": "linux", "architecture": "arm64"}
HELM = "application/vnd.cncf.helm.config.v1+json"
OTHER, BUILD = "Publish the list again, from one image for each platform", "Build and push the image again, "


def with_other_parts(image, config=None, layer=None):
    """The image with other members in its config, or in the descriptor of its layer; a config of bytes is a chart's."""
    manifest = json.loads(image.manifest)
    old, blob = image.blobs
    if isinstance(config, bytes):
        manifest["config"]["mediaType"] = HELM
    new = config if isinstance(config, bytes) else json.dumps({**json.loads(old), **(config or {})}).encode()
    manifest["config"] = {**manifest["config"], "size": len(new), "digest": images.digest_of(new)}
    manifest["layers"] = [{**manifest["layers"][0], **(layer or {})}]
    return images.Image(json.dumps(manifest).encode(), image.media_type, (new, blob))


@pytest.mark.parametrize("config, layer, kind, message, fix", [
    (b"{}", None, "not-runnable", f"it is not a runnable image: its config is of the type “{HELM}”", OTHER),
    ({"os": "unknown"}, None, "not-runnable", "config has the platform “unknown”, as for an attestation", OTHER),
    ({"rootfs": {"diff_ids": ["a", "b"]}}, None, "not-runnable",
     "the number of layers in its manifest is 1, but its config lists 2 (rootfs.diff_ids)", BUILD),
    ({"rootfs": None}, None, "not-runnable", "is 1, but its config lists 0 (rootfs.diff_ids)", BUILD),
    (None, {"mediaType": "application/x-chart"}, "not-runnable", "a layer of the type “application/x-chart”", BUILD),
    (None, {"size": 12345}, "damaged-layer", "bytes, but the size in its descriptor is 12345;", BUILD),
], ids=["chart", "attestation", "two layers", "no layers", "layer type", "layer size"])
def test_an_image_that_engines_do_not_run(app, binary, config, layer, kind, message, fix):
    image = with_other_parts(images.build("linux/amd64", "oci"), config, layer)
    app.push("other", image)
    app.push("v1", images.index([(image, "linux/amd64")]))
    [line] = check(binary, app.at("v1"))
    assert line.startswith("linux/amd64: ") and f"{message}" in line and f". {fix}" in line
    result = binary.attempt("inspect", "--check", "--format", "json", app.at("other"))
    assert result.returncode == 1 and [found["kind"] for found in json.loads(result.stdout)["findings"]] == [kind]
    if kind == "not-runnable":
        failed = binary.fail("publish", app.at("v2"), "other")
        assert "other is not a runnable image: " in failed.stderr
        assert message.removeprefix("it is not a runnable image: ") in failed.stderr
        assert (fix == BUILD) == ("\n  Build and push the image again\n" in failed.stderr)
        assert "\n  To add it to the list anyway, set its platform: --platform other=OS/ARCH" in failed.stderr
        binary.publish("--platform", "other=linux/amd64", app.at("v2"), "other")
    # Without a platform, an entry of a list is for other programs.
    if config == b"{}":
        push_entries(app, entry(app.push("v1-amd64", kind="oci"), **AMD), {**entry(image), "platform": None})
        binary.run("inspect", "--check", app.at("v1"))


def test_each_size_of_a_layer_is_compared(app, binary):
    """Two images have the same layer, and one of them says another size."""
    amd, _ = push_list(app)
    other = app.push("other", with_other_parts(amd, {"architecture": "arm64"}, {"size": 5}))
    push_entries(app, entry(amd, **AMD), entry(other, **ARM))
    [line] = check(binary, app.at("v1"))
    assert line.startswith("linux/arm64: ") and "but the size in its descriptor is 5;" in line


def test_a_list_without_an_image(app, binary):
    app.push("v1", images.Image(b'{"schemaVersion":2,"manifests":[]}', images.OCI_INDEX))
    assert check(binary, app.at("v1")) == [
        f"it has no image for any platform. Add one: docker manifestx add {app.at('v1')} IMAGE"]


def test_too_much_for_one_check(binary):
    layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "size": 1, "digest": images.digest_of(b"")}
    content = json.loads(images.build(kind="oci").manifest)
    manifests = [json.dumps({**content, "layers": [layer] * 8500, "annotations": {"a": arch}}).encode()
                 for arch in ("amd64", "arm64")]
    built = [(images.Image(manifest, images.OCI_MANIFEST), "linux/amd64") for manifest in manifests]
    answers = {("GET", f"/v2/a/manifests/{name}"): Answer(200, image.manifest, {"Content-Type": image.media_type})
               for name, image in [("v1", images.index(built)), *((image.digest, image) for image, _ in built)]}
    with StubRegistry(answers) as stub:
        error = binary.fail("inspect", "--check", f"{stub.host}/a:v1", code=1).stderr
    assert error.splitlines()[1].strip() == "Name one image by its digest: NAME@DIGEST"


def test_only_the_number_of_too_many_entries_is_told(app, binary):
    image = app.push("image", kind="oci")
    push_entries(app, *[entry(image, **AMD)] * 1001)
    assert check(binary, app.at("v1"), "--expect", "linux/s390x") == [
        "it has more than 1000 entries, and none of them was checked. Publish a list with fewer images"]


def test_other_platforms_than_expected(app, plugin):
    push_list(app)
    [line] = check(plugin, app.at("v1"), "--expect", "linux/amd64,linux/s390x")
    assert line == (
        "it has no image for linux/s390x; it has images for linux/arm64, which are not expected. "
        f"Add them: docker manifestx add {app.at('v1')} IMAGE"
    )


def test_json(app, binary):
    _, arm = push_list(app)
    lose_manifest(app, arm.digest)
    result = binary.attempt("inspect", "--check", "--format", "json", app.at("v1"))
    assert result.returncode == 1
    found = json.loads(result.stdout)
    assert found["formatVersion"] == 1 and found["name"] == app.at("v1")
    [finding] = found["findings"]
    assert finding["kind"] == "unusable-image" and finding["digest"] == arm.digest
    assert finding["platform"] == {"architecture": "arm64", "os": "linux"}
    assert finding["fix"].startswith("Build and push the image again")


def test_a_name_that_is_not_there_is_no_finding(app, plugin):
    push_list(app)
    result = plugin.attempt("inspect", "--check", app.at("v1"), app.at("none"))
    assert result.returncode == 3 and f"{app.at('v1')}: no problems found" in result.stdout
    assert f"ERROR: {app.at('none')} is not in the registry" in result.stderr


def test_a_registry_that_does_not_say_whether_it_has_a_layer(binary):
    """The check is not passed then."""
    image = images.build()
    answers = {
        ("GET", "/v2/a/manifests/v1"): Answer(200, image.manifest, {"Content-Type": image.media_type}),
        ("GET", f"/v2/a/blobs/{images.digest_of(image.blobs[0])}"): Answer(200, image.blobs[0]),
        ("HEAD", f"/v2/a/blobs/{images.digest_of(image.blobs[1])}"): Answer(405),
    }
    with StubRegistry(answers) as stub:
        error = binary.fail("inspect", "--check", f"{stub.host}/a:v1", code=1).stderr
    assert "405" in error


def test_round_trips(token_app, plugin):
    """The list, then all manifests, all configs, all layers: requests are sent together."""
    plugin.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    plugin.trust(token_app.host, token_app.registry.ca_file)
    push_list(token_app)
    mark = token_app.registry.log.mark()
    plugin.run("inspect", "--check", token_app.at("v1"))
    done = [(request.method, request.path.split("/")[-2]) for request in token_app.requests_since(mark)
            if request.status == 200]
    assert sorted(done) == sorted([("GET", "manifests")] * 3 + [("GET", "blobs")] * 2 + [("HEAD", "blobs")] * 2)


def test_a_layout(app, plugin, tmp_path):
    push_list(app)
    layout = f"oci-layout://{tmp_path}/layout:v1"
    plugin.publish(layout, app.at("v1"))
    plugin.run("inspect", "--check", layout)
    layer = json.loads(app.manifest("v1-arm64").content)["layers"][0]["digest"]
    (tmp_path / "layout/blobs/sha256" / layer.removeprefix("sha256:")).unlink()
    [line] = check(plugin, layout)
    assert line.startswith("linux/arm64: ") and line.endswith(
        "is missing. Build and push the image again, then publish the list again")


@pytest.mark.parametrize("words, message", [
    (["--expect", "linux/amd64", "a:v1"], "--expect can only be used with --check"),
    (["--check", "--raw", "a:v1"], "--check and --raw cannot be used together"),
    *((["--check", "--format", word, "a:v1"], f"--check and --format {word} cannot be used together")
      for word in ("digest", "pinned", "platforms")),
    (["--check", "--platform", "linux/amd64", "a:v1"], "--check and --platform cannot be used together"),
])
def test_options_that_do_not_fit(binary, words, message):
    assert binary.fail("inspect", *words, code=125).stderr.splitlines()[0] == message
