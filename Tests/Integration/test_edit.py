"""`docker manifestx add`, `remove` and `annotate`: a list is changed where it is."""

import json

import pytest

from support import images
from support.repository import platforms, skopeo_raw


@pytest.fixture
def listed(app, binary):
    """A list of two builds with attestations, with members that nobody knows, and an annotation."""
    app.push("v1-arm64", images.buildx("linux/arm64"))
    app.push("v1-amd64", images.buildx("linux/amd64"))
    app.push("v1-s390x", "linux/s390x", kind="oci")
    dry = binary.publish("--dry-run", "--annotation", "k=v", app.at("v1"), "v1-arm64", "v1-amd64")
    content = {**json.loads(dry.stdout), "x-own": {"a": [1]}}
    content["manifests"][0]["x-entry"] = "kept"
    file = binary.home / "list.json"
    file.write_text(json.dumps(content))
    binary.publish(app.at("v1"), "--from", str(file))
    return app


def entries(app, tag="v1"):
    return json.loads(app.manifest(tag).content)["manifests"]


def test_add_and_remove(listed, binary):
    """A list that was edited loses nothing, and one that did not change is not put."""
    before = listed.manifest("v1").content
    result = binary.run("add", listed.at("v1"), "v1-s390x")
    put = listed.manifest("v1")
    assert result.stdout == f"{put.digest}\n"
    assert platforms(put.content) == ["linux/arm64", "unknown/unknown", "linux/amd64", "unknown/unknown", "linux/s390x"]
    content = json.loads(put.content)
    assert (content["x-own"], content["annotations"]) == ({"a": [1]}, {"k": "v"})
    assert content["manifests"][:4] == json.loads(before)["manifests"]
    assert skopeo_raw(listed.at("v1"), "--tls-verify=false") == put.content

    mark = listed.registry.log.mark()
    again = binary.run("add", listed.at("v1"), "v1-s390x", "v1-arm64")
    assert again.stdout == result.stdout and "is already this list" in again.stderr
    assert not [request for request in listed.requests_since(mark) if request.writes]

    binary.run("remove", listed.at("v1"), "linux/arm64/v8", "v1-s390x")
    assert platforms(listed.manifest("v1").content) == ["linux/amd64", "unknown/unknown"]


def test_an_image_takes_the_place_of_the_one_for_its_platform(listed, binary):
    """With its attestations: those of the old image go, and of an image elsewhere come along."""
    other = type(listed)(listed.registry, f"{listed.path}-other")
    other.push("v2-arm64", images.buildx("linux/arm64", marker="new"))
    old = entries(listed)
    binary.run("add", listed.at("v1"), other.at("v2-arm64"))
    now = entries(listed)
    assert platforms(listed.manifest("v1").content) == platforms(json.dumps({"manifests": old}))
    assert now[2:] == old[2:] and not {entry["digest"] for entry in now[:2]} & {entry["digest"] for entry in old}
    assert now[1]["annotations"]["vnd.docker.reference.digest"] == now[0]["digest"]


@pytest.mark.parametrize("stated, platform", [
    ({"os": "linux", "architecture": "aarch64"}, "linux/arm64"),
    ({"os": "linux", "architecture": "s390x", "variant": "v8"}, "linux/s390x"),
], ids=["name", "variant"])
def test_add_corrects_a_spelling_that_not_every_engine_finds(app, binary, stated, platform):
    """Of the same image; and another one takes the place of such an entry."""
    app.push("amd", kind="oci")
    same, other = (app.push(tag, images.build(platform, "oci", marker=tag)) for tag in ("same", "other"))
    for image, tag in (same, "same"), (other, "other"):
        entry = {"mediaType": same.media_type, "size": len(same.manifest), "digest": same.digest,
                 "platform": stated, "annotations": {"a": "b"}}
        content = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": [entry]}
        app.registry.api.put_manifest(app.path, "v1", json.dumps(content).encode(), images.OCI_INDEX)
        binary.run("add", app.at("v1"), "amd")
        assert platforms(app.manifest("v1").content) == ["/".join(stated.values()), "linux/amd64"], "stays"
        binary.run("add", app.at("v1"), tag)
        assert platforms(app.manifest("v1").content) == [platform, "linux/amd64"]
        found = entries(app)[0]
        assert (found["digest"], found.get("annotations")) == (image.digest, {"a": "b"} if image is same else None)
        binary.run("inspect", "--check", app.at("v1"))


@pytest.mark.parametrize("wrong", [{"size": 1}, {"mediaType": images.DOCKER_MANIFEST}], ids=["size", "type"])
def test_add_corrects_an_entry_that_does_not_fit_its_image(app, binary, wrong):
    """A reproducible build has the same digest again."""
    image = app.push("arm", "linux/arm64", kind="oci")
    entry = {"mediaType": image.media_type, "size": len(image.manifest), "digest": image.digest,
             "platform": {"os": "linux", "architecture": "arm64"}, "annotations": {"a": "b"}}
    content = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": [{**entry, **wrong}]}
    app.registry.api.put_manifest(app.path, "v1", json.dumps(content).encode(), images.OCI_INDEX)
    advice = binary.attempt("inspect", "--check", app.at("v1")).stdout
    assert f"Correct it: docker manifestx add {app.at('v1')} @{image.digest}\n" in advice
    binary.run("add", app.at("v1"), f"@{image.digest}")
    assert entries(app) == [entry]
    binary.run("inspect", "--check", app.at("v1"))


def test_add_makes_a_list(app, plugin, tmp_path):
    app.push_pair()
    plugin.run("add", app.at("v1"), "v1-arm64-20210624")
    plugin.run("add", app.at("v1"), "v1-amd64-20210624", "--expect", "linux/arm64,linux/amd64")
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/amd64"]
    assert app.manifest("v1").media_type == images.DOCKER_LIST
    layout = f"oci-layout://{tmp_path}/layout:v1"
    plugin.run("add", layout, app.at("v1-arm64-20210624"))
    plugin.run("add", layout, app.at("v1-amd64-20210624"))
    assert plugin.run("remove", layout, "linux/arm64").returncode == 0


def test_a_list_that_add_makes_of_an_index_keeps_its_annotations(app, binary):
    app.push("source", images.buildx("linux/arm64", annotations={"a": "b"}))
    assert binary.run("add", app.at("new"), "source").stdout == f"{app.manifest('source').digest}\n"


def test_add_makes_no_list_of_an_image_s_name(app, binary):
    """LIST was forgotten: the same as for publish, and no advice that it would refuse."""
    app.push("v1-arm64", "linux/arm64")
    app.push("v1-amd64", "linux/amd64")
    assert "names linux/s390x, but none of the images" in binary.fail("add", app.at("v2-s390x"), "v1-arm64").stderr
    error = binary.fail("add", app.at("v1-arm64"), "v1-amd64").stderr
    assert "The first argument is the list: add LIST IMAGE..., remove LIST PLATFORM..., annotate LIST PLATFORM\n" in error
    assert app.tags() == ["v1-amd64", "v1-arm64"]


def test_annotate(listed, binary):
    digest = entries(listed)[0]["digest"]
    binary.run("annotate", "--variant", "v9", "--os-features", "a,b", "--annotation", "a=b", listed.at("v1"), digest)
    entry = entries(listed)[0]
    assert entry["platform"] == {
        "architecture": "arm64", "os": "linux", "variant": "v9", "os.features": ["a", "b"]
    }
    assert entry["annotations"]["a"] == "b" and entry["x-entry"] == "kept"
    binary.run("annotate", "--os", "windows", "--os-version", "10.0.20348.1", "--arch", "x86_64", listed.at("v1"), digest)
    platform = entries(listed)[0]["platform"]
    assert (platform["os"], platform["architecture"]) == ("windows", "amd64")
    assert platform["os.version"] == "10.0.20348.1" and "variant" not in platform
    binary.run("annotate", "--annotation", "list=1", listed.at("v1"))
    assert json.loads(listed.manifest("v1").content)["annotations"] == {"k": "v", "list": "1"}
    mark = listed.registry.log.mark()
    binary.run("annotate", "--annotation", "list=1", listed.at("v1"))
    assert not [request for request in listed.requests_since(mark) if request.writes]


def test_an_annotation_that_is_null_hides_no_other(app, binary):
    """Programs in Go read it as an empty text."""
    index = images.buildx("linux/arm64", "linux/amd64")
    content = json.loads(index.manifest)
    content["annotations"] = {"keep": "me", "n": None}
    for entry in content["manifests"]:
        entry["annotations"] = {**entry.get("annotations", {}), "n": None}
    app.push("v1", images.Image(json.dumps(content).encode(), index.media_type, children=index.children))
    binary.run("remove", app.at("v1"), "linux/arm64")
    assert platforms(app.manifest("v1").content) == ["linux/amd64", "unknown/unknown"]
    binary.run("annotate", "--annotation", "a=b", app.at("v1"))
    assert json.loads(app.manifest("v1").content)["annotations"]["keep"] == "me"


def test_a_dry_run_puts_nothing(listed, binary):
    before = listed.manifest("v1").content
    result = binary.run("remove", "--dry-run", listed.at("v1"), "linux/arm64")
    assert platforms(result.stdout) == ["linux/amd64", "unknown/unknown"]
    assert "nothing was sent" in result.stderr
    assert listed.manifest("v1").content == before


@pytest.mark.parametrize("words, text", [
    (["remove", "LIST", "linux/386"], "has no image linux/386, but: linux/arm64, linux/amd64"),
    (["remove", "LIST", "sha256:" + 64 * "0"], "has no image @sha256:000"),
    (["remove", "LIST", "v1-s390x"], "v1-s390x, but: linux/arm64, linux/amd64"),
    (["remove", "LIST", "v1-none"], "v1-none is not in the registry. The images of REPOSITORY:v1: linux/arm64, linux/amd64\n  Name one by"),
    (["annotate", "LIST", "arm64", "--annotation", "a=b"], "REPOSITORY:arm64 is not in the registry. The images of"),
    (["remove", "LIST", "sha256:13a0002334d7"], "is not 64 lower-case hex digits"),
    (["remove", "LIST", "linux/arm46"], "the architecture arm46 is not known. Did you mean arm64?"),
    (["annotate", "LIST", "linx/arm64", "--os", "linux"], "the operating system linx is not known. Did you mean linux?"),
    (["remove", "LIST", "arm/v7"], "\u201carm/v7\u201d is not a platform"),
    (["remove", "LIST", "linux/arm64", "linux/amd64"], "would have no images"),
    (["remove", "LIST", "ATTESTATION"], "is an attestation of the image @sha256:"),
    (["remove", "REPOSITORY:v1-s390x", "linux/s390x"], "is a single image"),
    (["remove", "REPOSITORY:none", "linux/s390x"], "there is no list"),
    (["add", "REPOSITORY:v1-s390x-list", "v1-s390x", "--expect", "linux/arm64"], "missing: linux/arm64"),
    (["add", "LIST", "v1-arm64", "v1-arm64"], "is there twice"),
    (["annotate", "LIST", "linux/arm64", "--arch", "amd64"], "are both for linux/amd64"),
    (["annotate", "LIST", "linux/arm64", "--arch", "amd65"], "amd64"),
    (["annotate", "LIST", "linux/arm64", "--variant", "v1000"], "v1000"),
    (["annotate", "LIST", "linux/386", "--annotation", "a=b"], "has no image linux/386"),
    (["annotate", "LIST", "v1", "--os-features", "a"], "REPOSITORY:v1 has several images REPOSITORY:v1: linux/arm64, linux/amd64\n  Name one by its platform"),
    (["annotate", "LIST", "linux/arm64", "--os-version", 200 * "x"], "only windows has a version, not linux"),
    (["annotate", "LIST", "linux/arm64", "--os", "windows", "--os-version", "10"], "is not a version of Windows"),
    (["annotate", "LIST", "linux/arm64", "--os-features", "a\x1b[31m,\u00e9"], "the platform is not valid: [\"os.features\"][0] is not"),
])
def test_what_cannot_be_changed_changes_nothing(listed, binary, words, text):
    before = listed.manifest("v1").content
    values = {"LIST": listed.at("v1"), "ATTESTATION": entries(listed)[1]["digest"]}
    words = [values.get(word, word.replace("REPOSITORY", listed.name)) for word in words]
    result = binary.fail(*words)
    assert text.replace("REPOSITORY", listed.name) in result.stderr
    assert listed.manifest("v1").content == before


@pytest.mark.parametrize("words", [["add", "LIST", "v1-s390x"], ["annotate", "LIST", "--annotation", "a=b"]], ids=str)
def test_a_docker_list_that_becomes_an_oci_index_is_noted(app, binary, words):
    app.push("v1-arm64", "linux/arm64")
    app.push("v1-amd64", "linux/amd64")
    app.push("v1-s390x", "linux/s390x", kind="oci")
    note = "The list is an OCI index: a docker manifest list cannot have OCI images, annotations"
    assert note not in binary.publish(app.at("v1"), "v1-arm64").stderr
    assert note not in binary.run("add", app.at("v1"), "v1-amd64").stderr
    words = [word.replace("LIST", app.at("v1")) for word in words]
    assert note in binary.run(*words, "--dry-run").stderr
    assert app.manifest("v1").media_type == images.DOCKER_LIST
    assert note in binary.run(*words).stderr and app.manifest("v1").media_type == images.OCI_INDEX
    assert note not in binary.run("annotate", app.at("v1"), "--annotation", "c=d").stderr


@pytest.mark.parametrize("words, text", [
    (["annotate", "r.example/a:v1"], "needs something to change"),
    (["annotate", "r.example/a:v1", "--arch", "arm64"], "--arch needs ENTRY"),
    (["annotate", "r.example/a:v1", "linux/arm64", "--annotation", "manifest:a=b"], "without a type"),
    (["annotate", "r.example/a:v1", "linux/arm64", "--annotation", "index:a=b"], "without a type"),
    (["annotate", "r.example/a:v1", "linux/arm64", "--os-version", ""], "--os-version is empty"),
    (["annotate", "r.example/a:v1", "--annotation", "ab"], "invalid value"),
])
def test_mistakes_in_the_command(binary, words, text):
    assert text in binary.fail(*words, code=125).stderr


@pytest.mark.parametrize("stated", [{}, {"os.version": "ltsc2022"}], ids=["none", "no version"])
@pytest.mark.parametrize("others", [[], ["other"]], ids=["alone", "beside another image"])
def test_an_image_of_windows_is_the_same_without_its_version(app, binary, stated, others):
    image, other = (app.push(tag, images.build("windows/amd64", "oci", os_version="10.0.20348.2", marker=tag))
                    for tag in ("same", "other"))
    entry, *_ = entries = [
        {"mediaType": one.media_type, "size": len(one.manifest), "digest": one.digest,
         "platform": {"os": "windows", "architecture": "amd64", **version}}
        for one, version in ((image, stated), (other, {"os.version": "10.0.20348.2"}))][:1 + len(others)]
    content = {"schemaVersion": 2, "mediaType": images.OCI_INDEX, "manifests": entries}
    app.registry.api.put_manifest(app.path, "v1", json.dumps(content).encode(), images.OCI_INDEX)
    binary.run("add", app.at("v1"), "same")
    entry["platform"]["os.version"] = "10.0.20348.2"
    assert app.manifest("v1").json()["manifests"] == [entry]


def test_versions_of_windows_are_told_apart(app, binary):
    for version in ("10.0.17763.1", "10.0.20348.2", "10.0.26100.3"):
        app.push(version, "windows/amd64", os_version=version)
    binary.publish(app.at("v1"), "10.0.17763.1", "10.0.20348.2", "10.0.26100.3")
    binary.run("annotate", "--os-version", "10.0.17763.2", app.at("v1"), "10.0.17763.1")
    binary.run("annotate", "--os-version", "10.0.17763.1", app.at("v1"), "windows/amd64:10.0.17763.2")
    result = binary.fail("remove", app.at("v1"), "windows/amd64")
    choices = "windows/amd64:10.0.17763.1, windows/amd64:10.0.20348.2, windows/amd64:10.0.26100.3"
    assert f"has several images windows/amd64: {choices}" in result.stderr
    # Two lines would be two words where a script expects one.
    for form in "digest", "pinned":
        several = binary.fail("inspect", "--platform", "windows/amd64", "--format", form, app.at("v1")).stderr
        assert "has 3 images for windows/amd64\n  Name one of them with its version: " in several
    binary.run("remove", app.at("v1"), "windows/amd64:10.0.17763.1", "windows/amd64:10.0.26100")
    assert [entry["platform"]["os.version"] for entry in entries(app)] == ["10.0.20348.2"]
    build = binary.run("inspect", "--platform", "windows/amd64:10.0.20348", app.at("v1")).stdout
    assert entries(app)[0]["digest"] in build
    assert "has no image" in binary.fail("remove", app.at("v1"), "windows/amd64:10.0.2034").stderr
    versions = "windows/amd64:10.0.20348.2"
    assert f"only for {versions}\n" in binary.fail("inspect", "--platform", "windows/amd64:10.0.1", app.at("v1")).stderr
    error = binary.fail("remove", app.at("v1"), "windows/amd64:1.2.3").stderr
    assert f"has no image windows/amd64:1.2.3, but: {versions}\n" in error


def test_an_image_with_the_annotations_of_an_attestation(app, binary):
    """Engines take it for its platform, so it is an image for all commands."""
    arm, amd, new = (app.push(tag, images.build(f"linux/{tag}", "oci", marker=app.path + marker))
                     for tag, marker in (("arm64", ""), ("amd64", ""), ("arm64", "new")))
    content = json.loads(images.index([(arm, "linux/arm64"), (amd, "linux/amd64")]).manifest)
    content["manifests"][1]["annotations"] = {
        "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": arm.digest}
    for tag in ("v1", "v2"):
        app.push(tag, images.Image(json.dumps(content).encode(), images.OCI_INDEX))
    assert "linux/amd64" in binary.run("inspect", app.at("v1")).stdout
    assert binary.run("resolve", "-q", "--platform", "linux/amd64", app.at("v1")).stdout == f"{app.name}@{amd.digest}\n"
    binary.run("add", app.at("v1"), "arm64")
    assert [entry["digest"] for entry in entries(app)] == [new.digest, amd.digest]
    binary.run("remove", app.at("v1"), "linux/arm64")
    assert [entry["digest"] for entry in entries(app)] == [amd.digest]
    binary.run("remove", app.at("v2"), "linux/amd64")
    assert [entry["digest"] for entry in entries(app, "v2")] == [arm.digest]
