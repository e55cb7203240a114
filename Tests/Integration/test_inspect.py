"""`docker manifestx inspect`: what is behind a name, as a table, as JSON, and as it is."""

import json

import pytest

from support import images


@pytest.fixture
def listed(app):
    """A list of three, made without the plugin."""
    parts = [
        (images.build(platform, marker=app.path), platform)
        for platform in ("linux/arm64", "linux/arm/v7", "windows/amd64")
    ]
    for image, _ in parts:
        app.push(None, image)
    app.push("v1", images.index(parts, images.DOCKER_LIST))
    return app, parts


def test_table_has_a_line_for_each_image(listed, plugin):
    app, parts = listed
    result = plugin.run("inspect", app.at("v1"))
    lines = result.stdout.splitlines()
    for image, platform in parts:
        [line] = [line for line in lines if platform in line.split()]
        assert image.digest in line
        assert str(len(image.manifest)) in line
        assert images.DOCKER_MANIFEST in line
    assert app.manifest("v1").digest in result.stdout
    assert images.DOCKER_LIST in result.stdout


@pytest.mark.parametrize("reference", ["v1", "arm64"])
def test_raw_is_what_the_registry_has(app, plugin, reference):
    odd = b' {"schemaVersion":2,\n"mediaType":"%s","manifests":[ ]}\n' % images.OCI_INDEX.encode()
    app.registry.api.put_manifest(app.path, "v1", odd, images.OCI_INDEX)
    app.push("arm64", "linux/arm64")
    result = plugin.run("inspect", "--raw", app.at(reference))
    assert result.stdout.encode() == app.manifest(reference).content


def test_json_has_the_facts(listed, plugin):
    app, parts = listed
    shown = json.loads(plugin.run("inspect", "--format", "json", app.at("v1")).stdout)
    assert shown["name"] == app.at("v1")
    assert shown["digest"] == app.manifest("v1").digest
    assert shown["mediaType"] == images.DOCKER_LIST
    expected = [
        {
            "platform": platform,
            "digest": image.digest,
            "size": len(image.manifest),
            "mediaType": images.DOCKER_MANIFEST,
        }
        for image, platform in parts
    ]
    facts = ("platform", "digest", "size", "mediaType")
    assert [{fact: entry[fact] for fact in facts} for entry in shown["entries"]] == expected


def test_a_digest_is_a_name_too(listed, plugin):
    app, parts = listed
    digest = app.manifest("v1").digest
    shown = json.loads(plugin.run("inspect", "--format=json", f"{app.name}@{digest}").stdout)
    assert shown["digest"] == digest
    assert len(shown["entries"]) == len(parts)


def test_what_publish_made_can_be_inspected(app, plugin):
    plugin.publish(app.at("v1"), *app.push_pair())
    shown = json.loads(plugin.run("inspect", "--format", "json", app.at("v1")).stdout)
    assert [entry["platform"] for entry in shown["entries"]] == ["linux/arm64", "linux/amd64"]


def test_missing_name(app, plugin):
    app.push("other")
    result = plugin.fail("inspect", app.at("v1"))
    assert app.at("v1") in result.stderr


def test_inspect_writes_nothing(listed, plugin):
    app, _ = listed
    mark = app.registry.log.mark()
    plugin.run("inspect", app.at("v1"))
    asked = app.requests_since(mark)
    assert asked and not any(request.writes for request in asked)
