"""The commands that `inspect --check` prints: each mends what it is for, and nothing else changes."""

import json
import shlex
import subprocess

import pytest

from Integration.test_inspect_check import AMD, ARM, check, entry, push_entries, push_list, with_other_parts
from support import images


def skopeo_copy(name, layout):
    """Byte for byte."""
    command = ["skopeo", "copy", "--all", "--src-tls-verify=false", f"docker://{name}", layout]
    subprocess.run(command, check=True, capture_output=True)


def run_the_fix(plugin, line):
    plugin.run(*shlex.split(line[line.index("docker manifestx "):])[2:])


@pytest.mark.parametrize("wrong, platform", [
    (ARM, "linux/amd64"), ({"architecture": "amd64"}, "linux/amd64"), ({"os": "linux"}, "linux/arm/v7"),
    ({"os": "windows", "architecture": "amd64", "os.version": "10.0.2"}, "windows/amd64:10.0.1"),
    ({"os": "linux", "architecture": "aarch64"}, "linux/arm64"), ({"os": "Linux", "architecture": "AMD64"}, "linux/amd64"),
    ({"os": "linux", "architecture": "arm64", "variant": "armv8"}, "linux/arm64/v8"),
    ({"os": "linux", "architecture": "arm", "variant": "7"}, "linux/arm/v7"),
    ({"os": "linux", "architecture": "s390x", "variant": "v8"}, "linux/s390x"),
], ids=["architecture", "no system", "no architecture", "version", "other name", "case", "armv8", "7", "variant"])
def test_the_fix_of_a_platform_is_a_command_that_helps(app, binary, wrong, platform):
    system, _, version = platform.partition(":")
    image = app.push("image", images.build(system, "oci", os_version=version or None))
    push_entries(app, entry(image, **wrong))
    [line] = check(binary, app.at("v1"))
    run_the_fix(binary, line)
    binary.run("inspect", "--check", "--expect", system, app.at("v1"))
    for engine in ("containerd", "docker", "podman"):
        found = binary.run("resolve", "-q", "--as", engine, "--platform", system, app.at("v1")).stdout
        assert found == f"{app.name}@{image.digest}\n"


def test_a_fix_leaves_what_engines_take(app, binary):
    """Engines skip an entry with os.features, also the first one."""
    other, amd = (app.push(tag, images.build("linux/amd64", "oci", marker=tag)) for tag in ("other", "amd"))
    special = entry(other, **AMD, **{"os.features": ["x"]})
    push_entries(app, special, entry(amd, **AMD))
    [line] = check(binary, app.at("v1"))
    assert line.startswith(f"linux/amd64: engines take @{amd.digest} for this platform, and not this image. Remove it: ")
    run_the_fix(binary, line)
    binary.run("inspect", "--check", app.at("v1"))
    assert amd.digest in binary.run("resolve", "-q", "--platform", "linux/amd64", app.at("v1")).stdout
    # podman does not take an incomplete platform, also the first one.
    push_entries(app, entry(other, architecture="amd64"), entry(amd, **AMD))
    [line] = check(binary, app.at("v1"))
    assert line.startswith("linux/amd64: the platform lacks the operating system") and ". Remove it: " in line
    run_the_fix(binary, line)
    binary.run("inspect", "--check", app.at("v1"))
    assert amd.digest in binary.run("resolve", "-q", "--as", "podman", "--platform", "linux/amd64", app.at("v1")).stdout
    push_entries(app, special)
    [line] = check(binary, app.at("v1"))
    assert "containerd and docker take it only on a machine with its os.features: x. If the image does not" in line
    run_the_fix(binary, line)
    binary.run("inspect", "--check", app.at("v1"))
    assert other.digest in binary.run("resolve", "-q", "--platform", "linux/amd64", app.at("v1")).stdout


def test_spellings_of_one_platform(app, binary):
    """Only one entry can get the right one, and the others go first."""
    other, arm = (app.push(tag, images.build("linux/arm64", "oci", marker=tag)) for tag in ("other", "arm"))
    amd = entry(app.push("amd", kind="oci"), **AMD)
    misspelled = {"os": "linux", "architecture": "aarch64"}
    push_entries(app, amd, entry(other, **misspelled), entry(arm, **ARM))
    [line] = check(binary, app.at("v1"))
    assert line.startswith("linux/aarch64: not every engine finds this spelling of linux/arm64. Remove it: ")
    [found] = json.loads(binary.attempt("inspect", "--check", "--format", "json", app.at("v1")).stdout)["findings"]
    assert (found["kind"], found["platform"]["architecture"]) == ("incomplete-platform", "aarch64")
    run_the_fix(binary, line)
    binary.run("inspect", "--check", "--expect", "linux/amd64,linux/arm64", app.at("v1"))
    push_entries(app, amd, entry(other, **misspelled), entry(arm, **ARM, variant="armv8"))
    for text in (f"linux/arm64/armv8: engines take @{other.digest} for", "linux/aarch64: not every engine finds this "):
        [line] = check(binary, app.at("v1"))
        assert line.startswith(text)
        run_the_fix(binary, line)
    assert other.digest in binary.run("resolve", "-q", "--as", "podman", "--platform", "linux/arm64", app.at("v1")).stdout
    binary.run("inspect", "--check", app.at("v1"))


def test_an_attestation_without_its_image_is_removed(app, binary):
    amd, other = (app.push(tag, images.build("linux/amd64", "oci", marker=app.path + tag)) for tag in ("amd", "other"))
    note = {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": images.digest_of(b"")}
    push_entries(app, entry(amd, **AMD), {**entry(other, os="unknown", architecture="unknown"), "annotations": note})
    [line] = check(binary, app.at("v1"))
    assert "it is an attestation of the image @sha256:" in line and f" {app.at('v1')} @{other.digest}" in line
    run_the_fix(binary, line)
    assert amd.digest in binary.run("inspect", "--no-trunc", app.at("v1")).stdout
    binary.run("inspect", "--check", app.at("v1"))


def test_no_command_where_none_helps(app, binary):
    """A command that names a digest changes each entry with it, and two entries cannot have one platform."""
    amd, arm = push_list(app)
    chart = app.push("chart", with_other_parts(amd, b"{}"))
    push_entries(app, entry(amd, **ARM), entry(arm, **AMD))
    assert [line.partition(". ")[2] for line in check(binary, app.at("v1"))] == [
        f"Publish the list again, with the right image for linux/{arch}" for arch in ("arm64", "amd64")]
    # The only entry that can be used is not removable, and no other one makes it so.
    push_entries(app, entry(chart, **AMD), entry(amd, **AMD), {**entry(amd, **AMD), "size": 5})
    lines = check(binary, app.at("v1"))
    assert [line.partition(". ")[2].partition(":")[0] for line in lines] == [
        "Remove it", "Build and push the image again, then publish the list again"]
    push_entries(app, entry(chart, **AMD), entry(chart, **ARM))
    assert [line.partition(". ")[2] for line in check(binary, app.at("v1"))] == [
        "Publish the list again, from one image for each platform"] * 2


def test_an_image_without_a_variant_may_be_for_any(app, binary):
    """What the config leaves out, the tag or the user has stated."""
    for tag, platform in ("v1-armv6", "linux/arm"), ("v1-v3", "linux/amd64"):
        app.push(tag, images.build(platform, "oci"))
    binary.publish("--platform", "v1-v3=linux/amd64/v3", app.at("v1"), "v1-armv6", "v1-v3")
    binary.run("inspect", "--check", "--expect", "linux/arm/v6,linux/amd64/v3", app.at("v1"))
    push_entries(app, entry(app.push("v5", images.build("linux/arm/v5", "oci")), os="linux", architecture="arm", variant="v6"))
    [line] = check(binary, app.at("v1"))
    assert "the config of the image says linux/arm/v5" in line


def test_a_platform_that_the_list_does_not_state(app, binary):
    """podman finds it in no docker manifest list, and crane takes it for linux/amd64."""
    unstated = entry(app.push("image", images.build("linux/s390x")))
    del unstated["platform"]
    app.push("v1", images.Image(json.dumps({
        "schemaVersion": 2, "mediaType": images.DOCKER_LIST, "manifests": [unstated]}).encode(), images.DOCKER_LIST))
    lines = check(binary, app.at("v1"), "--expect", "linux/s390x")
    assert lines[0].startswith("linux/s390x: the platform lacks") and lines[1].startswith("it has no image for linux/s390x")
    run_the_fix(binary, lines[0])
    binary.run("inspect", "--check", "--expect", "linux/s390x", app.at("v1"))
    push_entries(app, unstated)
    binary.run("inspect", "--check", app.at("v1"))
    assert check(binary, app.at("v1"), "--expect", "linux/s390x")[0].startswith("it has no image for linux/s390x")


@pytest.mark.parametrize("platform, text", [
    ({"os": "linux", "architecture": "amd65"}, "the architecture amd65 is not known. Did you mean amd64?"),
    ({"os": "linux x", "architecture": "arm", "variant": "9223372036854775807"}, "the operating system linux x is not"),
    ({"os": "linux", "architecture": "unknown"}, "the platform lacks the operating system or the architecture"),
])
def test_a_platform_that_no_engine_has(app, binary, platform, text):
    image = app.push("image", images.build(None, "oci", fields={}))
    push_entries(app, entry(image, **platform), entry(app.push("arm", images.build("linux/arm64", "oci")), **ARM))
    [line] = check(binary, app.at("v1"))
    assert text in line
    run_the_fix(binary, line.replace("--os OS --arch ARCH", "--os linux --arch amd64"))
    binary.run("inspect", "--check", "--expect", "linux/amd64,linux/arm64", app.at("v1"))


def test_a_version_of_windows_that_no_engine_has(app, binary):
    """Engines read it as 0.0.0."""
    image = app.push("w", images.build("windows/amd64", "oci", os_version="ltsc2022"))
    warned = binary.publish("--platform-from", "config", app.at("v1"), "w")
    assert "WARNING" in warned.stderr and "“ltsc2022” is not a version of Windows" in warned.stderr
    [line] = check(binary, app.at("v1"))
    assert "“ltsc2022” is not a version of Windows (such as 10.0.20348.2113). Correct it" in line
    run_the_fix(binary, line.replace("VERSION", "10.0.20348"))
    assert app.manifest("v1").json()["manifests"][0]["platform"]["os.version"] == "10.0.20348"


def test_fixes_of_a_list_with_several_pairs(app, binary):
    """An edit that does not make a list worse is made, whatever else is wrong with it."""
    old, new = ([app.push(f"{tag}-{arch}", images.build(f"linux/{arch}", "oci", marker=tag)) for arch in ("amd64", "arm64")]
                for tag in ("old", "new"))
    entries = [entry(image, **platform) for pair in (old, new) for image, platform in zip(pair, (AMD, ARM))]
    push_entries(app, *entries)
    binary.run("annotate", "--annotation", "a=b", app.at("v1"))
    lines = check(binary, app.at("v1"))
    assert len(lines) == 2
    for line in lines:
        run_the_fix(binary, line)
    binary.run("inspect", "--check", "--expect", "linux/amd64,linux/arm64", app.at("v1"))
    push_entries(app, *entries)
    warnings = binary.run("add", app.at("v1"), "new-amd64", "new-arm64").stderr
    assert f"had several images for linux/amd64, and the new one replaces them all: @{old[0].digest}\n" in warnings
    listed = json.loads(app.manifest("v1").content)["manifests"]
    assert [found["digest"] for found in listed] == [image.digest for image in new]
    push_entries(app, *entries)
    result = binary.fail("annotate", "--arch", "arm64", app.at("v1"), f"@{old[0].digest}")
    assert "are both for linux/arm64" in result.stderr


def test_a_new_operating_system_has_no_version_of_the_old_one(app, binary):
    image = app.push("image", images.build("linux/amd64", "oci"))
    windows = {"os": "windows", "architecture": "amd64", "os.version": "10.0.20348.1", "os.features": ["win32k"]}
    push_entries(app, entry(image, **windows))
    [line] = check(binary, app.at("v1"))
    run_the_fix(binary, line)
    [listed] = json.loads(app.manifest("v1").content)["manifests"]
    assert listed["platform"] == {"os": "linux", "architecture": "amd64"}
    result = binary.fail("annotate", "--os-version", "10.0.1", app.at("v1"), "linux/amd64")
    assert "only windows has a version, not linux" in result.stderr


@pytest.mark.parametrize("names, platform", [
    (["linux/arm64", "linux/amd64"], None), (["linux/arm64"], "linux/arm/v7"),
], ids=["the first one is taken for all", "another one fits"])
def test_an_entry_without_a_platform_that_engines_do_not_take(app, binary, names, platform):
    built = [app.push(name.replace("/", "-"), images.build(name, "oci")) for name in names]
    entries = [{**entry(image), "platform": None} for image in built]
    if platform:
        other = app.push("other", images.build(platform, "oci"))
        entries.append(entry(other, os="linux", architecture="arm", variant="v7"))
    push_entries(app, *entries)
    [line] = check(binary, app.at("v1"))
    assert line.startswith(f"{names[-1]}: the platform lacks")
    run_the_fix(binary, line)
    found = binary.run("resolve", "-q", "--platform", names[-1], app.at("v1")).stdout
    assert found == f"{app.name}@{built[-1].digest}\n"
    binary.run("inspect", "--check", app.at("v1"))


@pytest.mark.parametrize("form", ["{}@{}", "{}:v1@{}", "oci-layout://layout@{1}"])
def test_a_fix_names_the_list_by_its_tag(app, binary, form):
    """A digest cannot be changed."""
    image = app.push("image", "linux/arm64", kind="oci")
    push_entries(app, entry(image, os="linux", architecture="aarch64"))
    digest = app.manifest("v1").digest
    skopeo_copy(app.at("v1"), f"oci:{binary.home}/layout:v1")
    [line] = check(binary, form.format(app.name, digest))
    place = "oci-layout://layout" if "layout" in form else app.name
    assert f" {place}:{'v1' if ':v1' in form else 'TAG'} @{image.digest}" in line


def test_no_fix_for_what_cannot_be_changed(app, binary):
    image = app.push("image", "linux/arm64", kind="oci")
    push_entries(app, entry(image, os="linux", architecture="aarch64"))
    skopeo_copy(app.at("v1"), f"oci-archive:{binary.home}/a.tar:v1")
    [line] = check(binary, "oci-archive:a.tar:v1")
    assert line.endswith("An archive cannot be changed: publish the list to it again")


def test_annotate_refuses_what_another_entry_may_be_for(app, binary):
    """Also where that entry does not state its platform."""
    amd, other = (app.push(tag, images.build("linux/amd64", marker=tag)) for tag in ("amd", "other"))
    unstated = [{**entry(image), "platform": None} for image in (amd, other)]
    whole = "Publish the list again, with a whole platform for each image"
    for wrong, fix in [(ARM, "Publish the list again, with the right image for linux/arm64"),
                       ({"os": "Linux", "architecture": "amd64"}, whole)]:
        push_entries(app, unstated[0], entry(other, **wrong))
        assert [line.partition(". ")[2] for line in check(binary, app.at("v1"))] == [fix]
    content = {"schemaVersion": 2, "mediaType": images.DOCKER_LIST, "manifests": unstated}
    app.push("v1", images.Image(json.dumps(content).encode(), images.DOCKER_LIST))
    assert [line.partition(". ")[2] for line in check(binary, app.at("v1"))] == [whole] * 2
    content["manifests"][1] = entry(other, **AMD)
    app.push("v1", images.Image(json.dumps(content).encode(), images.DOCKER_LIST))
    [line] = check(binary, app.at("v1"))
    run_the_fix(binary, line)
    binary.run("inspect", "--check", "--expect", "linux/amd64", app.at("v1"))
    assert other.digest in binary.run("resolve", "-q", "--platform", "linux/amd64", app.at("v1")).stdout


@pytest.mark.parametrize("config, listed, fix", [
    ("linux/amd65", AMD, "Publish the list again, with the right image for linux/amd64"),
    ("linux/amd65", {"os": "linux"}, "Publish the list again, with a whole platform for each image"),
    ("freebsd/arm64", ARM, "docker manifestx annotate --os freebsd --arch arm64 "),
])
def test_a_fix_has_no_part_that_is_refused(app, binary, config, listed, fix):
    """Only Windows has versions for annotate, and no engine knows amd65."""
    image = app.push("image", images.build(config, "oci", os_version="14.2"))
    push_entries(app, entry(image, **listed))
    [line] = check(binary, app.at("v1"))
    assert fix in line and "14.2" not in line.split(". ", 1)[-1]
    if "annotate" in fix:
        run_the_fix(binary, line)
