"""Changes of lists with entries that state no platform: the images that engines take must stay the same."""

import json
import time

import pytest

from support import images


def entries(app, tag="v1"):
    return json.loads(app.manifest(tag).content)["manifests"]


def test_an_entry_without_a_platform(app, binary):
    """Its image may be for the platform of the new one. An engine would take either of them."""
    old, other = app.push("old", "linux/amd64", kind="oci"), app.push("v1-s390x", "linux/s390x", kind="oci")
    app.push("v1-amd64", "linux/amd64", kind="oci", fields={"author": "somebody else"})
    manifests = [
        {"mediaType": image.media_type, "size": len(image.manifest), "digest": image.digest} for image in (old, other)
    ]
    content = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": manifests}
    app.registry.api.put_manifest(app.path, "v1", json.dumps(content).encode(), images.OCI_INDEX)
    before = app.manifest("v1").content
    error = binary.fail("add", app.at("v1"), "v1-amd64").stderr
    assert f"has an image for linux/amd64, and its entry does not say so: @{old.digest}" in error
    incomplete = binary.fail("annotate", "--os", "linux", app.at("v1"), f"@{other.digest}").stderr
    assert f"@{other.digest} of {app.at('v1')} has no architecture\n  Set it in the same command: --arch" in incomplete
    platform = ["--os", "linux", "--arch", "amd64"]
    changed = binary.fail("annotate", *platform, app.at("v1"), f"@{other.digest}").stderr
    assert f"has an image for linux/amd64, and its entry does not say so: @{old.digest}" in changed
    assert app.manifest("v1").content == before
    [command] = [line.split(": ")[1] for line in error.splitlines() if line.startswith("  To state its platform")]
    binary.run(*command.split()[2:])
    binary.run("add", app.at("v1"), "v1-amd64")
    assert [entry.get("platform", {}).get("architecture") for entry in entries(app)] == ["amd64", None]
    assert entries(app)[0]["digest"] != old.digest


@pytest.mark.parametrize("hidden, new", [("arm64", "arm/v7"), ("amd64", "386"), ("arm/v7", "arm/v6")])
def test_an_entry_without_a_platform_stays_the_one_that_is_taken(app, binary, hidden, new):
    """Engines take it only if no other entry fits, also one for a lesser platform."""
    old, other = app.push("old", f"linux/{hidden}", kind="oci"), app.push("other", "linux/s390x", kind="oci")
    content = json.loads(images.index([(other, "linux/s390x"), (old, "linux/arm64")]).manifest)
    del content["manifests"][1]["platform"]
    app.push("v1", images.Image(json.dumps(content).encode(), images.OCI_INDEX))
    app.push("new", f"linux/{new}", kind="oci")
    words = ["resolve", "-q", "--platform", f"linux/{hidden}", app.at("v1")]
    taken = binary.run(*words).stdout
    assert old.digest in taken
    error = binary.fail("add", app.at("v1"), ":new").stderr
    assert f"has an image for linux/{hidden}, and its entry does not say so: @{old.digest}" in error
    os, arch, *variant = f"linux/{new}".split("/")
    change = ["--os", os, "--arch", arch, *(word for v in variant for word in ("--variant", v))]
    assert old.digest in binary.fail("annotate", *change, app.at("v1"), "linux/s390x").stderr
    [command] = [line.split(": ")[1] for line in error.splitlines() if line.startswith("  To state its platform")]
    binary.run(*command.split()[2:])
    binary.run("add", app.at("v1"), ":new")
    assert binary.run(*words).stdout == taken


def test_the_advice_for_an_entry_without_a_platform_has_all_of_it(app, binary):
    old = app.push("old", "linux/arm/v6", kind="oci")
    app.push("v1-armv6", "linux/arm/v6", kind="oci", fields={"author": "somebody else"})
    manifests = [{"mediaType": old.media_type, "size": len(old.manifest), "digest": old.digest}]
    content = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": manifests}
    app.registry.api.put_manifest(app.path, "v1", json.dumps(content).encode(), images.OCI_INDEX)
    error = binary.fail("add", app.at("v1"), "v1-armv6").stderr
    [command] = [line.split(": ")[1] for line in error.splitlines() if line.startswith("  To state its platform")]
    binary.run(*command.split()[2:])
    assert entries(app)[0]["platform"] == {"architecture": "arm", "os": "linux", "variant": "v6"}


def test_many_entries_for_one_image_take_no_time(app, binary):
    """All entries were compared again for each of them, which took minutes for a list of 4 MiB."""
    image = app.push("old", "linux/arm64/v9", kind="oci")
    app.push("v1-s390x", "linux/s390x", kind="oci")
    entry = {"mediaType": image.media_type, "size": len(image.manifest), "digest": image.digest}
    stated = [
        {**entry, "platform": {"os": "linux", "architecture": "arm64", "variant": f"x{number}"}} for number in range(5000)
    ]
    content = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": 500 * [entry] + stated}
    app.registry.api.put_manifest(app.path, "v1", json.dumps(content).encode(), images.OCI_INDEX)
    start = time.monotonic()
    binary.run("add", "--dry-run", app.at("v1"), "v1-s390x")
    assert time.monotonic() - start < 5
