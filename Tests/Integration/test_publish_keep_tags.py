"""--keep-tags: the images of a list get tags, so that clean-up jobs do not delete them."""

import pytest

from support import images
from support.repository import Repository, platforms
from support.reverse_proxy import ReverseProxy


def test_images_are_tagged_in_every_repository_of_the_list(app, plugin):
    words = app.push_pair()
    other = Repository(app.registry, f"{app.path}-prod")
    shown = plugin.publish("--dry-run", "--keep-tags", "{tag}-{arch}", "-t", other.at("v1"), app.at("v1"), *words)
    assert app.tags() == sorted(words)
    assert f"{app.at('v1-arm64')}, {other.at('v1-arm64')}" in shown.stderr
    plugin.publish("--keep-tags", "{tag}-{arch}", "-t", other.at("v1"), app.at("v1"), *words)
    assert other.tags() == ["v1", "v1-amd64", "v1-arm64"]
    for repository in app, other:
        for tag, word in zip(["v1-arm64", "v1-amd64"], words):
            assert repository.manifest(tag).content == app.manifest(word).content


def test_tags_move_with_the_list(app, binary):
    """Those of the last run are not the tags of other images."""
    arguments = "--keep-tags", "{tag}-{arch}{variant}", app.at("latest")
    for marker in ("1", "2"):
        app.push("build", images.build("linux/arm/v7", marker=marker))
        binary.publish(*arguments, "build")
        assert app.manifest("latest-armv7").digest == app.manifest("build").digest
    for template in "build", "{tag}-{arch}{variant}":
        mark = app.registry.log.mark()
        binary.publish("--keep-tags", template, app.at("latest"), "build")
        assert not [request for request in app.requests_since(mark) if request.writes], "all names are right"


def test_images_in_an_index_are_tagged_and_attestations_are_not(app, binary):
    app.push("build", images.buildx("linux/arm64", "linux/amd64"))
    binary.publish("--keep-tags", "{tag}-{arch}", app.at("v1"), "build")
    assert app.tags() == ["build", "v1", "v1-amd64", "v1-arm64"]
    arm64, *_ = app.manifest("build").json()["manifests"]
    assert app.manifest("v1-arm64").digest == arm64["digest"]


def test_the_next_run_with_a_pattern_leaves_them_out(app, binary):
    app.push("v1-arm64", "linux/arm64")
    app.push("v1-amd64", "linux/amd64")
    words = "--keep-tags", "{tag}-{os}-{arch}", app.at("v1"), "v1-*"
    first = binary.publish(*words)
    again = binary.publish(*words)
    assert again.stdout == first.stdout and "is already this list" in again.stderr
    tags = ", ".join(app.at(f"v1-linux-{arch}") for arch in ("amd64", "arm64"))
    assert f"Left out of the images of the pattern, because --keep-tags makes these tags: {tags}\n" in again.stderr
    new = app.push("v1-arm64", images.build("linux/arm64", marker="new"))
    joined = binary.publish("--join", *words)
    assert app.manifest("v1-linux-arm64").digest == new.digest and "WARNING" not in joined.stderr
    assert platforms(app.manifest("v1").content) == ["linux/amd64", "linux/arm64"]


def test_tags_are_no_images_of_another_list_through_its_pattern(app, binary, tmp_path):
    app.push("one", "linux/arm64")
    app.push("v1-amd64", "linux/amd64")
    lists = f"image: {app.at('v1')}\nmanifests: [one]\n---\nimage: {app.at('v2')}\nmanifests: ['v1-*']\n"
    (tmp_path / "spec.yaml").write_text(lists)
    result = binary.attempt("publish", "--file", str(tmp_path / "spec.yaml"), "--keep-tags", "{tag}-{arch}")
    assert result.returncode == 1
    message = f"{app.at('one')} would be tagged {app.at('v1-arm64')}, which another list of this run uses, too"
    assert message in result.stderr
    assert not {"v1", "v1-arm64"} & set(app.tags())
    assert platforms(app.manifest("v2").content) == ["linux/amd64"]


@pytest.mark.parametrize("other", ["{name}-arm64", "{name}"], ids=["name", "image"])
def test_tags_are_not_taken_from_other_lists_of_a_file(app, binary, tmp_path, other):
    """The other list has the name, or reads the image."""
    app.push("one", "linux/arm64")
    app.push("v1-arm64", images.build("linux/arm64", marker="other"))
    lists = f"image: {app.at('v1')}\nmanifests: [one]\n---\nimage: {app.at('v2')}\nmanifests: [v1-arm64]\n"
    if other == "{name}-arm64":
        lists = lists.replace(f"{app.at('v2')}\nmanifests: [v1-arm64]", f"{app.at('v1-arm64')}\nmanifests: [one]")
    (tmp_path / "spec.yaml").write_text(lists)
    before = app.manifest("v1-arm64").digest
    result = binary.attempt("publish", "--file", str(tmp_path / "spec.yaml"), "--keep-tags", "{tag}-{arch}")
    assert result.returncode == 1
    message = f"{app.at('one')} would be tagged {app.at('v1-arm64')}, which another list of this run uses, too"
    assert message in result.stderr
    assert "v1" not in app.tags()
    if other == "{name}":
        assert app.manifest("v1-arm64").digest == before


@pytest.mark.parametrize("tags, variant, tagged, message", [
    (["x-armv7", "y-amd64"], "v7", 0, "Nothing was published"),
    (["x", "y"], "v8", 1, "which another list of this run uses, too"),
])
def test_two_lists_of_a_file_do_not_make_one_tag(app, binary, tmp_path, tags, variant, tagged, message):
    """If only the images show it, one of the lists is published."""
    for tag, platform in zip(tags, [f"linux/arm/{variant}", "linux/amd64"]):
        app.push(tag, platform)
    lists = zip([app.at("a"), app.at(f"a-{variant}")], tags)
    (tmp_path / "spec.yaml").write_text("---\n".join(f"image: {name}\nmanifests: [{tag}]\n" for name, tag in lists))
    words = "--file", str(tmp_path / "spec.yaml"), "--keep-tags", "{tag}-{variant}-keep"
    result = binary.attempt("publish", *words)
    assert result.returncode == 1 and message in result.stderr
    assert result.stderr.count(f"Tagged {app.at(f'a-{variant}-keep')}") == tagged


@pytest.mark.parametrize("template, facts", [
    ("{tag}-{cpu}", ["{cpu} is not known", "--keep-tags '{tag}-{arch}'"]),
    ("{tag}:{arch}", ["“v1:arm” cannot be a tag"]),
    ("{tag}", ["which is a name of the list", "--keep-tags"]),
    ("{os}", ["would both be tagged linux", "--keep-tags"]),
    ("v1-amd64-20210624", ["which is another one of the images", "--keep-tags"]),
])
def test_template_that_cannot_be_used_changes_nothing(app, plugin, template, facts):
    words = app.push_pair()
    before = app.tags()
    mark = app.registry.log.mark()
    result = plugin.fail("publish", "--keep-tags", template, app.at("v1"), *words)
    for fact in facts:
        assert fact in result.stderr
    requests = app.requests_since(mark)
    assert not [request for request in requests if request.writes]
    if "not a template" in result.stderr:
        assert requests == [], "this is known before the first request"
    assert app.tags() == before


@pytest.mark.parametrize("refused, tagged", [("v1-arm64", ["v1-amd64"]), ("v1", ["v1-arm64", "v1-amd64"])])
def test_an_error_names_the_tags_that_moved(app, binary, refused, tagged):
    words = app.push_pair()

    def refuse(method, path):
        return 405 if method == "PUT" and path.endswith(f"/manifests/{refused}") else None

    with ReverseProxy("harbor.intranet.example.com", {"/": app.host}, intercept=refuse) as proxy:
        name = f"{proxy.name}/{app.path}"
        options = ["-q", "--insecure", "--keep-tags", "{tag}-{arch}", f"{name}:v1"]
        error = binary.fail("publish", *options, *[f"{name}:{tag}" for tag in words]).stderr
    assert error.splitlines()[-1] == f"Images were tagged {', '.join(f'{name}:{tag}' for tag in tagged)}."
    assert set(tagged) <= set(app.tags()) and refused not in app.tags()


def test_a_join_does_not_take_its_own_tags_for_new_images(app, binary):
    for architecture in "arm64", "amd64":
        app.push(f"b-{architecture}-7", f"linux/{architecture}")
    for _ in range(2):
        result = binary.publish("--join", "--keep-tags", "b-{arch}", app.at("b"), "b-*")
        assert "Publishing again" not in result.stderr
    app.push("b-arm64-7", images.build("linux/arm64", marker="new"))
    assert binary.publish("--join", "--keep-tags", "b-{arch}", app.at("b"), "b-*").stdout != result.stdout
