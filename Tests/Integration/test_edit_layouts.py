"""Edits of lists in image layouts, where a name can be found by its end."""

import json

import pytest

NAME = "org.opencontainers.image.ref.name"


def entries(binary):
    return json.loads((binary.home / "layout/index.json").read_text())["manifests"]


@pytest.mark.parametrize("named", ["v1", "me/app:v1", "docker.io/me/app:v1"])
def test_a_list_in_a_layout_keeps_its_whole_name(app, binary, named):
    """The names of skopeo and podman are found by their ends, too."""
    app.push_pair()
    whole = "oci:layout:docker.io/me/app:v1"
    binary.run("publish", whole, app.at("v1-arm64-20210624"), app.at("v1-amd64-20210624"))
    [before] = entries(binary)
    binary.run("remove", f"oci:layout:{named}", "linux/arm64")
    [entry] = entries(binary)
    assert entry["annotations"] == before["annotations"] and entry["digest"] != before["digest"]
    assert binary.run("inspect", "--format", "platforms", whole).stdout == "linux/amd64\n"


def test_a_list_with_two_whole_names_in_a_layout_is_edited_by_one_of_them(app, binary):
    app.push_pair()
    for host in "one.example", "two.example":
        binary.run("publish", f"oci:layout:{host}/app:v1", app.at("v1-arm64-20210624"), app.at("v1-amd64-20210624"))
    before = (binary.home / "layout/index.json").read_bytes()
    error = binary.fail("remove", "oci:layout:v1", "linux/arm64").stderr
    assert "one.example/app:v1" in error and "two.example/app:v1" in error
    assert (binary.home / "layout/index.json").read_bytes() == before
    binary.run("remove", "oci:layout:two.example/app:v1", "linux/arm64")
    for host, names in ("one", "linux/arm64\nlinux/amd64\n"), ("two", "linux/amd64\n"):
        shown = binary.run("inspect", "--format", "platforms", f"oci:layout:{host}.example/app:v1").stdout
        assert sorted(shown.split()) == sorted(names.split())


def test_a_name_with_a_digest_keeps_its_content(app, binary):
    app.push_pair()
    binary.run("publish", "oci:layout:app:v1", app.at("v1-arm64-20210624"), app.at("v1-amd64-20210624"))
    index = binary.home / "layout/index.json"
    document = json.loads(index.read_text())
    [entry] = document["manifests"]
    entry["annotations"][NAME] += f"@{entry['digest']}"
    index.write_text(json.dumps(document))
    binary.run("remove", "oci:layout:v1", "linux/arm64")
    old, new = entries(binary)
    assert old == entry and new["annotations"][NAME] == "v1" and new["digest"] != entry["digest"]
