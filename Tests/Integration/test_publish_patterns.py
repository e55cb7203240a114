"""An IMAGE with `*` or `?` stands for the tags that match and name an architecture."""

import pytest

from support import images
from support.repository import platforms


@pytest.fixture
def builds(app):
    """The images of two builds, and tags that are no images for the list."""
    for build in ("9", "10"):
        app.push(f"v1-arm64-{build}", "linux/arm64")
        app.push(f"v1-amd64-{build}", "linux/amd64")
    app.push("v1-notes-10", "linux/s390x")
    app.push("v2-riscv64-10", "linux/riscv64")
    return app


@pytest.mark.parametrize("pattern", ["v1-*-10", ":v1-*-1?"])
def test_pattern_stands_for_the_tags_that_name_an_architecture(builds, plugin, pattern):
    mark = builds.registry.log.mark()
    shown = plugin.publish("--dry-run", builds.at("v1"), pattern)
    assert not [request for request in builds.requests_since(mark) if request.writes]
    plugin.publish(builds.at("v1"), pattern)
    assert builds.manifest("v1").content == shown.stdout.encode()
    assert platforms(shown.stdout) == ["linux/amd64", "linux/arm64"], "in the order of the tags"
    lists = [r for r in builds.requests_since(mark) if "/tags/list" in r.path]
    assert len(lists) == 2, "one request in each run"


def test_pattern_of_another_repository_is_copied(builds, binary):
    binary.publish(f"{builds.host}/{builds.path}-prod:v1", builds.at("v1-*-10"), "--expect", "linux/arm64,linux/amd64")
    assert platforms(builds.registry.manifest(builds.path + "-prod", "v1").content) == ["linux/amd64", "linux/arm64"]


@pytest.mark.parametrize("arguments, facts", [
    (["v1-*"], ["v1-amd64-9", "v1-amd64-10", "both for linux/amd64", "not v1-*"]),
    (["v3-*"], ["no tag matches", ":v3-*", "Some tags of this repository: v1-"]),
    (["*-notes-*"], [":*-notes-* names an architecture", "v1-notes-10"]),
    (["v1-[ab]*"], ["“v1-[ab]*” cannot be a pattern"]),
    (["--platform", "v1-*=linux/arm64", "v1-*-10"], ["--platform v1-*=linux/arm64 is for a pattern"]),
])
def test_mistake_with_a_pattern_is_explained(builds, plugin, arguments, facts):
    if arguments == ["v1-*"]:
        builds.push("v1-arm64-10", images.build("linux/arm64", marker="new"))
        builds.push("v1-amd64-10", images.build("linux/amd64", marker="new"))
    before = builds.tags()
    result = plugin.fail("publish", builds.at("v1"), *arguments)
    for fact in facts:
        assert fact in result.stderr
    assert builds.tags() == before


def test_pattern_in_a_missing_repository(plain_registry, path, plugin):
    result = plugin.fail("publish", f"127.0.0.1:{plain_registry.port}/{path}:v1", "v1-*")
    assert f"no tag matches 127.0.0.1:{plain_registry.port}/{path}:v1-*" in result.stderr
