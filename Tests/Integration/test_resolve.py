"""`docker manifestx resolve`: the steps from a name to an image."""

import json

import pytest

from support import images
from support.credentials import auth
from support.repository import push_list
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER


def log_in(plugin, app):
    plugin.trust(app.host, app.registry.ca_file)
    plugin.configure({"auths": {app.host: auth(PUBLISHER)}})
    return plugin


def steps(plugin, *arguments):
    shown = json.loads(plugin.run("resolve", "--format", "json", *arguments).stdout)
    return shown, {step["step"]: step for step in shown["steps"]}


def test_steps_of_a_list(app, plugin):
    arm64, amd64 = push_list(app, "linux/arm64", "linux/amd64")
    mark = app.registry.log.mark()
    shown, by_name = steps(plugin, "--platform", "linux/amd64", app.at("v1"))
    requests = [(request.method, request.path.rpartition("/")[2]) for request in app.requests_since(mark)]
    listed = app.manifest("v1").digest
    assert requests == [("HEAD", "v1"), ("GET", listed), ("GET", amd64.digest)]
    assert shown["formatVersion"] == 1
    assert shown["resolved"] == f"{app.name}@{amd64.digest}"
    assert by_name["name"]["descriptor"]["digest"] == listed
    assert by_name["choice"]["chosen"]["digest"] == amd64.digest
    assert by_name["choice"]["others"] == [{"architecture": "arm64", "os": "linux"}]
    assert by_name["image"]["config"]["digest"] == images.digest_of(amd64.blobs[0])
    assert [layer["digest"] for layer in by_name["image"]["layers"]] == [images.digest_of(amd64.blobs[1])]
    result = plugin.run("resolve", "-q", "--platform", "linux/arm64/v8", app.at("v1"))
    assert (result.stdout, result.stderr) == (f"{app.name}@{arm64.digest}\n", "")


def test_quiet_needs_the_fewest_requests(app, binary):
    image = app.push("single", "linux/s390x")
    push_list(app, "linux/s390x")
    for name, count in [(app.at("single"), 1), (f"{app.name}@{image.digest}", 1), (app.at("v1"), 2)]:
        mark = app.registry.log.mark()
        result = binary.run("resolve", "-q", "--platform", "linux/s390x", name)
        assert result.stdout.startswith(f"{app.name}@sha256:")
        assert len(app.requests_since(mark)) == count, name


def test_programs_that_take_different_images(app, binary):
    v3, plain = push_list(app, "linux/amd64/v3", "linux/amd64")
    taken = {}
    for program in ("containerd", "docker", "podman", "crane"):
        options = ("--as", program, "--platform", "linux/amd64", app.at("v1"))
        taken[program] = binary.run("resolve", "-q", *options).stdout.strip().rpartition("@")[2]
    assert taken == {"containerd": plain.digest, "docker": plain.digest, "podman": plain.digest, "crane": v3.digest}
    text = binary.run("resolve", "--platform", "linux/amd64", app.at("v1")).stdout
    note = text[text.index("Note: programs take different images"):].splitlines()
    assert [line.split()[0] for line in note[2:]] == list(taken)
    assert all(line.endswith(taken[line.split()[0]][7:19]) for line in note[2:])
    push_list(app, "linux/arm64", "linux/amd64", tag="v2")
    assert "Note:" not in binary.run("resolve", "--platform", "linux/amd64", app.at("v2")).stdout


def test_trace_shows_fields_without_secrets(protected_app, binary):
    """`support.plugin` looks for the password; tokens are looked for here."""
    log_in(binary, protected_app)
    binary.configure({
        "auths": {protected_app.host: auth(PUBLISHER)}, "HttpHeaders": {"X-Meta-Team": "only-for-the-team"},
    })
    [image] = push_list(protected_app, "linux/s390x")
    result = binary.run("resolve", "--trace", "-q", "--platform", "linux/s390x", protected_app.at("v1"))
    assert result.stdout == f"{protected_app.name}@{image.digest}\n"
    lines = result.stderr.splitlines()
    assert f"> HEAD https://{protected_app.host}/v2/{protected_app.path}/manifests/v1" in lines
    assert "< HTTP/2 401" in lines and "< HTTP/2 200" in lines
    fields = [line for line in lines if line.lower().startswith("< docker-content-digest: ")]
    assert len(fields) == 2
    assert {line for line in lines if "uthorization:" in line} <= {
        "> Authorization: Bearer ***", "> Authorization: Basic ***",
    }
    assert "> X-Meta-Team: ***" in lines
    assert "only-for-the-team" not in result.stderr and "eyJ" not in result.stderr


def test_mirror_is_told_the_registry(app, binary):
    [image] = push_list(app, "linux/s390x")
    name = f"registry.example.com/{app.path}"
    mark = app.registry.log.mark()
    result = binary.run("resolve", "--mirror", app.host, "--platform", "linux/s390x", f"{name}:v1")
    assert f"Mirror:    http://{app.host}\n" in result.stdout
    assert f"HEAD /v2/{app.path}/manifests/v1?ns=registry.example.com" in result.stdout
    requests = app.requests_since(mark)
    assert len(requests) == 3
    assert all(request.path.endswith("?ns=registry.example.com") for request in requests)
    quiet = ("resolve", "-q", "--mirror", app.host, "--platform", "linux/s390x")
    assert binary.run(*quiet, f"{name}:v1").stdout == f"{name}@{image.digest}\n"
    for hub in ("alpine:v1", f"alpine@{image.digest}"):
        missing = binary.fail(*quiet, hub, code=3).stderr
        assert f"{app.host}/library/{hub} is not in the registry" in missing
        assert missing.endswith("\n  To ask the registry itself: without --mirror\n") and "push" not in missing


def test_mirror_gets_its_own_credentials(token_app, binary):
    """Those of the registry are not sent to it."""
    log_in(binary, token_app)
    [image] = push_list(token_app, "linux/s390x")
    name = f"registry.example.com/{token_app.path}"
    command = ("resolve", "-q", "--mirror", token_app.host, "--platform", "linux/s390x", f"{name}:v1")
    assert binary.run(*command).stdout == f"{name}@{image.digest}\n"
    binary.configure({"auths": {"registry.example.com": auth(PUBLISHER)}})
    refused = binary.fail(*command, code=4)
    assert token_app.host in refused.stderr and "registry.example.com" not in refused.stderr


def test_layouts_need_no_registry(app, binary, tmp_path):
    """Also an image of it alone, whose platform nobody compares."""
    binary.publish(f"oci-layout://{tmp_path}/layout:v1", *[app.at(tag) for tag in app.push_pair()])
    place = f"oci-layout://{tmp_path}/layout"
    shown, by_name = steps(binary, "--platform", "linux/arm64", f"{place}:v1")
    digest = by_name["choice"]["chosen"]["digest"]
    assert by_name["name"]["read"] == {"file": "index.json"}
    assert by_name["image"]["read"] == {"file": f"blobs/sha256/{digest[7:]}"}
    assert shown["resolved"] == f"{place}@{digest}"
    text = binary.run("resolve", f"{place}@{digest}").stdout
    assert "2, 3 NOT A LIST" in text and "  index.json\n" in text
    assert "has no image v2" in binary.fail("resolve", f"{place}:v2", code=3).stderr


def test_errors_say_what_there_is(app, binary):
    push_list(app, "linux/arm64", "linux/s390x")
    missing = binary.fail("resolve", "--platform", "linux/riscv64", app.at("v1"), code=3).stderr
    assert "has no image that containerd takes for linux/riscv64, only for linux/arm64, linux/s390x" in missing
    assert f"docker manifestx resolve --platform linux/arm64 {app.at('v1')}" in missing
    assert "Similar tags in this repository: v1" in binary.fail("resolve", app.at("v11"), code=3).stderr


@pytest.mark.parametrize("words, message", [
    (("-q", "--curl"), "--quiet and --curl cannot be used together"),
    (("--curl", "--format=json"), "--curl and --format json cannot be used together"),
    (("--mirror", "https://mirror/"), "for --mirror: must be HOST[:PORT]"),
    (("--as", "nerdctl"), "must be containerd, docker, podman or crane"),
])
def test_usage_errors(binary, words, message):
    assert message in binary.fail("resolve", *words, "registry.example.com/app:v1", code=125).stderr


def test_an_entry_without_a_platform_is_found_by_its_config(app, binary):
    image = app.push(None, "linux/s390x", kind="oci")
    listed = json.loads(images.index([(image, "linux/s390x")]).manifest)
    del listed["manifests"][0]["platform"]
    app.push("v1", images.Image(json.dumps(listed).encode(), images.OCI_INDEX))
    result = binary.run("resolve", "--platform", "linux/s390x", app.at("v1"))
    assert "The config is for linux/s390x." in result.stdout
    other = binary.fail("resolve", "--platform", "linux/arm64", app.at("v1"), code=3).stderr
    assert "its config is for linux/s390x" in other and "annotate" in other


def test_a_registry_that_refuses_head(binary):
    image = images.build("linux/s390x")
    answer = Answer(200, image.manifest, {"Content-Type": image.media_type})
    with StubRegistry({("HEAD", "/v2/a/manifests/v1"): Answer(405), ("GET", "/v2/a/manifests/v1"): answer}) as stub:
        result = binary.run("resolve", f"{stub.host}/a:v1")
    assert "  GET /v2/a/manifests/v1\n" in result.stdout
    assert "no request: step 1 has read it" in result.stdout
    assert image.digest in result.stdout


def test_an_image_that_needs_features_of_the_machine(app, binary):
    image = app.push("image", images.build("linux/amd64", "oci"))
    listed = {"mediaType": image.media_type, "size": len(image.manifest), "digest": image.digest,
              "platform": {"os": "linux", "architecture": "amd64", "os.features": ["x"]}}
    app.push("v1", images.Image(json.dumps({
        "schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": [listed]}).encode(), images.OCI_INDEX))
    error = binary.fail("resolve", "--platform", "linux/amd64", app.at("v1"), code=3).stderr
    assert "takes for linux/amd64 without its os.features (x)\n" in error
    assert "--platform IMAGE=linux/amd64\n" in error and "To see another one" not in error


def test_a_list_in_a_list_is_looked_into(app, binary):
    """inspect does not; its error says so, and names the command that does."""
    image = app.push(None, "linux/s390x", kind="oci")
    inner = app.push(None, images.index([(image, "linux/s390x")]))
    listed = {"mediaType": inner.media_type, "size": len(inner.manifest), "digest": inner.digest}
    app.push("v1", images.Image(json.dumps({
        "schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": [listed]}).encode(), images.OCI_INDEX))
    error = binary.fail("inspect", "--platform", "linux/s390x", app.at("v1")).stderr
    command = f"resolve --platform linux/s390x {app.at('v1')}"
    assert f"has no image for linux/s390x; its entry {inner.digest} is a list, which is not read" in error
    assert error.endswith(f"docker manifestx {command}\n")
    assert binary.run(*command.split(), "--quiet").stdout.endswith(f"@{image.digest}\n")
    # Engines look into the first one only.
    other = app.push(None, images.index([(app.push(None, "linux/amd64", kind="oci"), "linux/amd64")]))
    listed = [{"mediaType": one.media_type, "size": len(one.manifest), "digest": one.digest} for one in (other, inner)]
    app.push("v2", images.Image(json.dumps({
        "schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": listed}).encode(), images.OCI_INDEX))
    error = binary.fail("inspect", "--platform", "linux/s390x", app.at("v2")).stderr
    assert error.endswith("".join(
        f"  To look into it: docker manifestx inspect {app.name}@{one.digest}\n" for one in (other, inner)))
