"""`docker manifestx inspect`: an image or a list as a table, as JSON, and as raw bytes."""

import json
import re
import threading
import time

import pytest

from support import images
from support.stub_registry import Answer, StubRegistry, errors
from support.waiting import wait_for


@pytest.fixture
def listed(app):
    """A list of three images, made without the plugin."""
    parts = [
        (images.build(platform, marker=app.path), platform)
        for platform in ("linux/arm64", "linux/arm/v7", "windows/amd64")
    ]
    for image, _ in parts:
        app.push(None, image)
    app.push("v1", images.index(parts, images.DOCKER_LIST))
    return app, parts


@pytest.mark.parametrize("options", [(), ("--no-trunc",)])
def test_table_has_a_line_for_each_image(listed, plugin, options):
    app, parts = listed
    result = plugin.run("inspect", *options, app.at("v1"))
    lines = result.stdout.splitlines()
    for image, platform in parts:
        [line] = [line for line in lines if platform in line.split()]
        # Bytes of the config and the layer, which is what a pull moves.
        size = sum(len(blob) for blob in image.blobs)
        digest = image.digest if options else image.digest.removeprefix("sha256:")[:12]
        assert line.split() == [platform, digest, f"{size}B", "1", "-"]
    assert lines[:3] == [
        f"Name:   {app.at('v1')}", f"Digest: {app.manifest('v1').digest}", f"Type:   {images.DOCKER_LIST}",
    ]


def test_several_names_are_shown_one_after_the_other(listed, binary):
    app, parts = listed
    digests = [image.digest for image, _ in parts]
    names = [f"{app.name}@{digest}" for digest in digests]
    assert binary.run("inspect", "--format", "digest", *names).stdout.splitlines() == digests
    shown = binary.run("inspect", *names).stdout
    assert [line for line in shown.splitlines() if line.startswith("Name:")] == [f"Name:   {name}" for name in names]
    documents, decoder = binary.run("inspect", "--format", "json", *names).stdout, json.JSONDecoder()
    while documents:
        document, end = decoder.raw_decode(documents)
        assert document["digest"] == digests.pop(0)
        documents = documents[end:].lstrip()
    result = binary.attempt("inspect", "--format", "digest", names[0], app.at("other"), app.at("another"))
    assert result.returncode == 3 and result.stdout == f"{parts[0][0].digest}\n"
    assert re.findall(r"ERROR: (\S+) is not", result.stderr) == [app.at("other"), app.at("another")]


def test_a_layout_is_shown_like_a_repository(listed, binary):
    app, _ = listed
    layout = f"oci:{binary.home}/layout"
    binary.publish(app.at("v2"), "--media-type", "oci", "--annotation", "a=b", app.at("v1"))
    binary.publish(f"{layout}:v2", app.at("v2"))
    for words in ([], ["--format", "json"], ["--format", "platforms"], ["--platform", "arm64"], ["--shallow"]):
        (shown, kept) = (binary.run("inspect", *words, name).stdout for name in (app.at("v2"), f"{layout}:v2"))
        assert kept == shown.replace(app.at("v2"), f"{layout}:v2")
    assert binary.run("inspect", "--raw", f"{layout}:v2").stdout.encode() == app.manifest("v2").content
    assert "is for registries" in binary.fail("inspect", "--referrers", f"{layout}:v2", code=125).stderr
    error = binary.fail("inspect", f"{layout}:v3", code=3).stderr
    assert error == f"ERROR: {binary.home}/layout has no image v3. It has: v2\n"


@pytest.mark.parametrize("reference", ["v1", "arm64"])
def test_raw_prints_the_exact_bytes(app, plugin, reference):
    odd = b' {"schemaVersion":2,\n"mediaType":"%s","manifests":[ ]}\n' % images.OCI_INDEX.encode()
    app.registry.api.put_manifest(app.path, "v1", odd, images.OCI_INDEX)
    app.push("arm64", "linux/arm64")
    result = plugin.run("inspect", "--raw", app.at(reference))
    assert result.stdout.encode() == app.manifest(reference).content


def test_json_format(listed, plugin):
    app, parts = listed
    shown = json.loads(plugin.run("inspect", "--format", "json", app.at("v1")).stdout)
    assert shown["name"] == app.at("v1")
    assert shown["digest"] == app.manifest("v1").digest
    assert shown["mediaType"] == images.DOCKER_LIST
    assert shown["formatVersion"] == 1
    assert shown["entries"] == [
        {
            "platform": images.platform_fields(platform),
            "digest": image.digest,
            "size": len(image.manifest),
            "mediaType": images.DOCKER_MANIFEST,
            "pullSize": sum(len(blob) for blob in image.blobs),
            "layerCount": 1,
        }
        for image, platform in parts
    ]


def test_reference_by_digest(listed, plugin):
    app, parts = listed
    digest = app.manifest("v1").digest
    shown = json.loads(plugin.run("inspect", "--format=json", f"{app.name}@{digest}").stdout)
    assert shown["digest"] == digest
    assert len(shown["entries"]) == len(parts)


def test_published_list_can_be_inspected(app, plugin):
    plugin.publish(app.at("v1"), *app.push_pair())
    shown = json.loads(plugin.run("inspect", "--format", "json", app.at("v1")).stdout)
    assert [entry["platform"]["architecture"] for entry in shown["entries"]] == ["arm64", "amd64"]


def test_digest_format_needs_one_request(listed, plugin):
    app, _ = listed
    mark = app.registry.log.mark()
    result = plugin.run("inspect", "--format", "digest", app.at("v1"))
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    assert len(app.requests_since(mark)) == 2, "one request of the plugin, and one of the test"


def test_platforms_format(listed, plugin):
    app, parts = listed
    result = plugin.run("inspect", "--format", "platforms", app.at("v1"))
    assert result.stdout.splitlines() == [platform for _, platform in parts]


def test_platform_of_a_single_image(app, plugin):
    app.push("v1", "linux/riscv64")
    result = plugin.run("inspect", "--format", "platforms", app.at("v1"))
    assert result.stdout == "linux/riscv64\n"


@pytest.mark.parametrize("wanted, shown", [
    ("linux/arm64", ["linux/arm64"]),
    ("linux/arm64/v8", ["linux/arm64"]),
    ("aarch64", ["linux/arm64"]),
    ("linux/arm", ["linux/arm/v7"]),
    ("linux/arm/v6", []),
    ("windows/amd64", ["windows/amd64"]),
    ("linux/amd64", []),
])
def test_platform_option_accepts_any_spelling(listed, binary, wanted, shown):
    app, parts = listed
    words = ("inspect", "--platform", wanted, app.at("v1"), "--format")
    if not shown:
        for form in ("table", "digest", "pinned", "platforms", "json"):
            error = binary.fail(*words, form, code=3).stderr
            assert error.startswith(f"ERROR: {app.at('v1')} has no image for {wanted}, only for linux/arm64, ")
        return
    assert binary.run(*words, "platforms").stdout.splitlines() == shown
    [image] = [image for image, platform in parts if platform in shown]
    assert json.loads(binary.run(*words, "json").stdout)["digest"] == image.digest
    assert image.digest in binary.run(*words, "table").stdout
    assert binary.run(*words, "digest").stdout == f"{image.digest}\n"
    assert binary.run(*words, "pinned").stdout == f"{app.name}@{image.digest}\n"
    assert binary.run("inspect", "--raw", *words[1:-1]).stdout.encode() == image.manifest


def test_invalid_platform_is_named(listed, binary):
    app, _ = listed
    assert "a/b/c/d" in binary.fail("inspect", "--platform", "a/b/c/d", app.at("v1")).stderr


@pytest.mark.parametrize("words", [
    ["--raw", "--format", "digest"], ["--raw", "a/b:v1"], ["--shallow", "--referrers"], ["--referrers", "--raw"],
    ["--wait", "-1"], ["--wait", "86401"],
    ["--wait", "soon"],
])
def test_contradictory_options_are_refused_without_a_request(app, binary, words):
    mark = app.registry.log.mark()
    binary.fail("inspect", *words, app.at("v1"), code=125)
    assert app.registry.log.since(mark) == []


def test_missing_tag_is_named(app, plugin):
    app.push("other")
    result = plugin.fail("inspect", app.at("v1"), code=3)
    assert app.at("v1") in result.stderr


def test_inspect_only_reads(listed, plugin):
    app, _ = listed
    mark = app.registry.log.mark()
    plugin.run("inspect", app.at("v1"))
    asked = app.requests_since(mark)
    assert asked and not any(request.writes for request in asked)


def test_wait_ends_when_the_tag_appears(app, binary):
    """The tag is pushed after the first request has failed."""
    mark = app.registry.log.mark()

    def push():
        wait_for(lambda: app.requests_since(mark), "the plugin has sent a request")
        app.push("v1", "linux/arm64")

    thread = threading.Thread(target=push)
    thread.start()
    result = binary.run("inspect", "--wait", "30", "--format", "digest", app.at("v1"))
    thread.join()
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    [line] = result.stderr.splitlines()
    assert "30 s" in line and app.at("v1") in line


def test_wait_ends_after_the_given_time(app, binary):
    app.push("v1-arm64", "linux/arm64")
    mark = app.registry.log.mark()
    result = binary.fail("inspect", "--wait", "2", app.at("v1"), code=3)
    error, advice = result.stderr.splitlines()[-2:]
    assert error == f"ERROR: {app.at('v1')} is not in the registry"
    assert advice == "  Similar tags in this repository: v1-arm64"
    looks = [request.start for request in app.requests_since(mark) if request.reads_manifest]
    assert len(looks) == 3
    assert 1.9 < looks[-1] - looks[0] < 4


def test_wait_continues_through_a_503(binary):
    """The Retry-After of hours is beyond the limit of retries, so --wait has to handle the 503."""
    image = images.build("linux/arm64")
    busy = errors(503, "UNAVAILABLE", "later")
    found = Answer(200, image.manifest, {"Content-Type": image.media_type})
    answers = iter([Answer(503, busy.body, {**busy.headers, "Retry-After": "7200"}), found])
    with StubRegistry({("GET", "/v2/app/manifests/v1"): lambda _: next(answers)}) as stub:
        name = f"{stub.host}/app:v1"
        result = binary.run("inspect", "--wait", "30", "--format", "digest", name)
    assert result.stdout == f"{image.digest}\n"
    assert "503" in result.stderr


def test_wait_continues_after_a_timeout(binary):
    image = images.build("linux/arm64")
    found = Answer(200, image.manifest, {"Content-Type": image.media_type})
    answers = iter([lambda: time.sleep(1.5), lambda: None])

    def answer(_):
        next(answers)()
        return found

    with StubRegistry({("GET", "/v2/app/manifests/v1"): answer}) as stub:
        options = ["--wait", "30", "--timeout", "1s", "--format", "digest"]
        result = binary.run("inspect", *options, f"{stub.host}/app:v1")
    assert result.stdout == f"{image.digest}\n"
    assert "took too long" in result.stderr


def test_permanent_error_ends_the_wait(protected_app, binary):
    """There are no credentials. The test's own limit is shorter than the wait."""
    binary.trust(protected_app.host, protected_app.registry.ca_file)
    result = binary.fail("inspect", "--wait", "600", protected_app.at("v1"), timeout=20)
    assert "docker login" in result.stderr
    assert "Waiting" not in result.stderr


def test_an_image_that_a_list_has_twice_is_one(app, binary):
    image = app.push("image", "linux/arm64", kind="oci")
    app.push("list", images.index([(image, "linux/arm64"), (image, "linux/arm64/v8")]))
    for form, result in ("digest", image.digest), ("pinned", f"{app.name}@{image.digest}"):
        words = "inspect", "--platform", "linux/arm64", "--format", form
        assert binary.run(*words, app.at("list")).stdout == f"{result}\n"


def test_details_of_the_config_are_shown(app, binary):
    """Of an image that is shown alone, also out of a list."""
    image = app.push("one", "linux/arm64", labels={"maintainer": "me"})
    app.registry.api.push(app.path, images.index([(image, "linux/arm64")]), "v1")
    for *options, tag in ["one"], ["--platform", "linux/arm64", "one"], ["--platform", "linux/arm64", "v1"]:
        assert "maintainer" in binary.run("inspect", *options, app.at(tag)).stdout
        document = json.loads(binary.run("inspect", "--format", "json", *options, app.at(tag)).stdout)
        assert document["labels"] == {"maintainer": "me"} and len(document["layers"]) == 1


def test_attestations_of_an_image_are_read_and_shown_once(app, binary):
    index = json.loads(images.buildx("windows/amd64").manifest)
    [image, attestation] = index["manifests"]
    index["manifests"] = [
        {**image, "platform": {**image["platform"], "os.version": f"10.0.{number}.1"}} for number in range(10)
    ] + [attestation]
    app.push("built", images.buildx("windows/amd64"))
    app.registry.api.put_manifest(app.path, "v1", json.dumps(index).encode(), images.OCI_INDEX)
    entries = json.loads(binary.run("inspect", "--format", "json", app.at("v1")).stdout)["entries"]
    assert sum(len(entry.get("attestations", [])) for entry in entries) == 1
    assert binary.run("inspect", app.at("v1")).stdout.count("attestation ") == 1
    mark = app.registry.log.mark()
    shown = binary.run("inspect", "--platform", "windows/amd64", app.at("v1")).stdout
    assert len(app.requests_since(mark)) == 4 and shown.count("10.0.") == 10


def test_each_entry_of_an_image_is_checked(app, binary):
    image = app.push("image", "linux/arm64", kind="oci")
    index = json.loads(images.index([(image, "linux/arm64"), (image, "linux/arm64/v8")]).manifest)
    index["manifests"][1]["size"] += 1
    app.registry.api.put_manifest(app.path, "v1", json.dumps(index).encode(), images.OCI_INDEX)
    error = binary.fail("inspect", "--platform", "linux/arm64", app.at("v1"), code=1).stderr
    assert f"its descriptor says size {len(image.manifest) + 1}, but the manifest has {len(image.manifest)}" in error
