"""`publish --join`: jobs that run at the same time publish one list, without a job that merges."""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import images
from support.credentials import auth
from support.plugin import Plugin
from support.repository import LOOPBACK, Repository, platforms, skopeo_raw
from support.reverse_proxy import ReverseProxy
from support.stub_registry import StubRegistry, errors
from support.users import PUBLISHER, User
from support.waiting import wait_for

ARCHITECTURES = ["amd64", "arm64", "386", "s390x", "ppc64le", "riscv64", "mips64le", "loong64", "arm/v6", "arm/v7"]
PLATFORMS = [f"{system}/{name}" for system in ("linux", "freebsd") for name in ARCHITECTURES]
SECONDS = 25


def job(app, plugin, tags, number, delay):
    """One of the jobs of a build: pushes its image, and runs the command that all jobs run."""
    time.sleep(delay.uniform(0, 0.6))
    app.push(tags[number], PLATFORMS[number])
    time.sleep(delay.choice([0, delay.uniform(0, 0.2)]))
    return plugin.publish("--join", app.at("v1"), *tags)


def test_twenty_jobs_always_make_a_complete_list(plain_registry, path, tmp_path):
    """Whatever their order is. The jobs take as long as a push and the program take, besides random delays."""
    plugin = Plugin(tmp_path / "home")
    tags = [f"build-{number}" for number in range(len(PLATFORMS))]
    began, rounds, again = time.monotonic(), 0, 0
    with ThreadPoolExecutor(len(tags)) as pool:
        while rounds < 3 or time.monotonic() - began < SECONDS:
            rounds += 1
            app = Repository(plain_registry, f"{path}/{rounds}", LOOPBACK)
            jobs = [
                pool.submit(job, app, plugin, tags, number, random.Random(f"{rounds} {number}"))
                for number in range(len(tags))
            ]
            results = [running.result() for running in jobs]
            content = skopeo_raw(app.at("v1"), "--tls-verify=false")
            assert platforms(content) == PLATFORMS, f"round {rounds}"
            # The last one has the digest of the whole list.
            assert app.manifest("v1").digest in [result.stdout.strip() for result in results]
            again += sum("Publishing again: " in result.stderr for result in results)
    print(f"{rounds} rounds; {again} jobs published again")
    assert again > 0, "no two jobs have met"


@pytest.fixture
def joined(token_app, authority, binary):
    """A registry that requires tokens, with one of two images."""
    binary.trust(token_app.host, authority.ca_file)
    binary.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    token_app.push("v1-arm64", "linux/arm64")
    return token_app


def test_images_that_do_not_exist_yet_are_left_out(joined, binary):
    command = ["publish", "--join", joined.at("v1"), "v1-arm64", "v1-amd64"]
    first = binary.run(*command)
    assert f"Left out: {joined.at('v1-amd64')} does not exist yet\n" in first.stderr
    assert "Similar" not in first.stderr
    assert platforms(joined.manifest("v1").content) == ["linux/arm64"]
    joined.push("v1-amd64", "linux/amd64")
    events = [json.loads(line) for line in binary.run(*command, "--progress", "rawjson").stderr.splitlines()]
    assert [event["event"] for event in events][2:] == ["assembled", "publishing", "published"]
    assert platforms(joined.manifest("v1").content) == ["linux/arm64", "linux/amd64"]
    mark = joined.registry.log.mark()
    assert "is already this list" in binary.run(*command).stderr
    assert not [request for request in joined.requests_since(mark) if request.writes]


def test_wait_ends_when_all_images_exist(joined, binary):
    """The list is published at once with what exists, and again when the rest was pushed."""
    command = ["publish", "--join", "--wait", "50s", "--progress", "rawjson"]
    running = binary.start_binary(*command, joined.at("v1"), "v1-arm64", "v1-amd64")
    wait_for(lambda: "v1" in joined.tags(), "the list is there")
    joined.push("v1-amd64", "linux/amd64")
    result = running.wait()
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == joined.manifest("v1").digest
    assert platforms(joined.manifest("v1").content) == ["linux/arm64", "linux/amd64"]
    events = {event["event"]: event for event in map(json.loads, result.stderr.splitlines())}
    assert events["left-out"]["image"] == joined.at("v1-amd64")
    assert (events["waiting"]["missing"], events["waiting"]["seconds"]) == ([joined.at("v1-amd64")], 50)
    assert events["publishing-again"]["new"] == [joined.at("v1-amd64")]


@pytest.mark.parametrize("options, facts", [
    (["--wait", "1500ms"], ["was published without images that do not exist: ", ":v1-amd64\n", "--wait DURATION"]),
    (["--expect", "linux/arm64,linux/amd64"],
     ["was published, and does not have exactly the requested platforms; missing: linux/amd64\n"]),
    (["--expect", "linux/s390x", "--wait", "1s"], [":v1-amd64; missing: linux/s390x; not requested: linux/arm64\n"]),
])
def test_what_is_missing_at_the_end_is_named(joined, binary, options, facts):
    """What exists stays published."""
    result = binary.fail("publish", "--join", *options, joined.at("v1"), "v1-arm64", "v1-amd64")
    assert f"ERROR: {joined.at('v1')} was published" in result.stderr
    for fact in facts:
        assert fact in result.stderr
    assert platforms(joined.manifest("v1").content) == ["linux/arm64"]


@pytest.mark.parametrize("options", [[], ["--wait", "1s"]])
def test_no_image_exists(joined, binary, options):
    result = binary.fail("publish", "--join", *options, joined.at("v1"), "v1-s390x", "v1-amd64", "v2-*")
    names = f"{joined.at('v1-s390x')}, {joined.at('v1-amd64')}, {joined.at('v2-*')}"
    assert f"ERROR: none of the images exists: {names}\n  Push one of them first" in result.stderr
    assert joined.tags() == ["v1-arm64"]


def test_wrong_password_is_not_a_missing_image(joined, binary):
    binary.configure({"auths": {joined.host: auth(User(PUBLISHER.name, "wrong"))}})
    result = binary.fail("publish", "--join", "--wait", "60s", joined.at("v1"), "v1-arm64", "v1-amd64", timeout=20)
    assert "did not accept the credentials" in result.stderr
    assert joined.tags() == ["v1-arm64"]


@pytest.mark.parametrize("status", [500, 403])
def test_outage_is_not_a_missing_image(app, binary, status):
    """Of one of the images, in another registry. No name changes."""
    app.push("v1-arm64", "linux/arm64")
    with StubRegistry({}) as stub:
        answer = errors(status, "UNKNOWN", "out of order")
        stub.answers = {(method, "/v2/a/manifests/v1-amd64"): answer for method in ("GET", "HEAD")}
        result = binary.fail(
            "publish", "--join", "--retry-max-wait", "1ms", app.at("v1"), "v1-arm64", f"{stub.host}/a:v1-amd64"
        )
    assert "out of order" in result.stderr
    assert app.tags() == ["v1-arm64"]


def test_a_short_outage_does_not_end_a_wait(app, binary):
    """When the list is put again, as when the images are looked for."""
    app.push("v1-arm64", "linux/arm64")
    puts = []

    def fail_after_the_first(method, path):
        if method == "PUT":
            puts.append(path)
            return 503 if 1 < len(puts) < 5 else None

    with ReverseProxy("harbor.intranet.example.com", {"/": app.host}, intercept=fail_after_the_first) as proxy:
        name = f"{proxy.name}/{app.path}:v1"
        running = binary.start_binary("publish", "--join", "--wait=30s", "--insecure", name, "v1-arm64", "v1-amd64")
        wait_for(lambda: "v1" in app.tags(), "the list is there")
        app.push("v1-amd64", "linux/amd64")
        result = running.wait()
    assert result.returncode == 0, result.stderr
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/amd64"] and len(puts) == 5


def test_what_was_copied_is_not_copied_again(app, binary):
    other = Repository(app.registry, f"{app.path}-other")
    other.push("v1-arm64", "linux/arm64")
    mark = app.registry.log.mark()
    running = binary.start_binary("publish", "--join", "--wait=30s", app.at("v1"), other.at("v1-arm64"), other.at("v1-amd64"))
    wait_for(lambda: "v1" in app.tags(), "the list is there")
    other.push("v1-amd64", "linux/amd64")
    result = running.wait()
    assert result.returncode == 0, result.stderr
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/amd64"]
    requests = [request for request in app.requests_since(mark) if request.writes]
    assert sum(request.method == "POST" for request in requests) == 4, "one for each blob"
    assert sum(request.method == "PUT" for request in requests) == 4, "two images and two lists"


def test_pattern_is_resolved_at_each_look(app, binary):
    app.push("v1-arm64", "linux/arm64")
    expected = ["--expect", "linux/amd64,linux/arm64", "--wait", "50s"]
    running = binary.start_binary("publish", "--join", *expected, app.at("v1"), "v1-*")
    wait_for(lambda: "v1" in app.tags(), "the list is there")
    app.push("v1-amd64", "linux/amd64")
    result = running.wait()
    assert result.returncode == 0, result.stderr
    assert "Waiting up to 50 s for linux/amd64\n" in result.stderr
    assert f"Publishing again: {app.at('v1-amd64')} was pushed\n" in result.stderr
    assert platforms(app.manifest("v1").content) == ["linux/amd64", "linux/arm64"]


def test_a_filter_waits_for_the_images_of_a_pattern(app, binary):
    app.push("v1-arm64", "linux/arm64")
    both = ["--platform-filter", "linux/amd64,linux/arm64"]
    binary.publish("--join", *both, app.at("v1"), "v1-*")
    assert platforms(app.manifest("v1").content) == ["linux/arm64"]
    app.push("v1-amd64", "linux/amd64")
    binary.publish("--join", *both, app.at("v1"), "v1-*")
    assert platforms(app.manifest("v1").content) == ["linux/amd64", "linux/arm64"]


@pytest.mark.parametrize("words", [["v1-*"], ["v1-amd64", "v1-arm64"]], ids=["pattern", "names"])
def test_a_filter_never_makes_an_empty_list(app, binary, words):
    app.push("v1-amd64", images.buildx("linux/amd64"))
    binary.publish(app.at("v1"), "v1-amd64")
    before = app.manifest("v1").content
    filtered = ["--platform-filter", "linux/arm64", app.at("v1"), *words]
    for wait in [], ["--wait", "1s"]:
        error = binary.fail("publish", "--join", *wait, *filtered, code=3).stderr
        assert "none of the images that exist is for linux/arm64\n  Push an image for it first" in error
        assert ("Waiting up to 1 s for linux/arm64\n" in error) == bool(wait)
    assert app.manifest("v1").content == before
    running = binary.start_binary("publish", "--join", "--wait", "50s", *filtered)
    app.push("v1-arm64", images.buildx("linux/arm64"))
    assert running.wait().returncode == 0
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "unknown/unknown"]


def test_a_filter_is_waited_for_after_an_image_was_replaced(app, binary):
    app.push("v1-index", images.buildx("linux/arm64", "linux/amd64"))
    filtered = ["--platform-filter", "linux/arm64", app.at("v1"), "v1-index", "v1-late"]
    running = binary.start_binary("publish", "--join", "--wait", "50s", *filtered)
    wait_for(lambda: f"Published {app.at('v1')}" in running.stderr, "the list is published")
    app.push("v1-index", images.buildx("linux/amd64"))
    wait_for(lambda: "v1-index has changed" in running.stderr, "the change is seen")
    late = app.push("v1-late", images.buildx("linux/arm64", marker="late"))
    assert running.wait().returncode == 0
    assert late.children[0].digest in app.manifest("v1").content.decode()


def test_a_filter_with_a_pattern_is_waited_for(app, binary):
    app.push("v1-amd64", "linux/amd64")
    filtered = ["--wait", "1s", "--platform-filter", "linux/amd64,linux/arm64", app.at("v1"), "v1-*"]
    error = binary.fail("publish", "--join", *filtered, code=1).stderr
    assert "was published, and does not have exactly the requested platforms; missing: linux/arm64\n" in error
    assert "change --expect or --platform-filter" in error
    binary.publish("--join", "--expect", "linux/amd64", *filtered)


def test_dry_run_shows_what_exists(app, binary):
    app.push("v1-arm64", "linux/arm64")
    result = binary.run("publish", "--join", "--dry-run", app.at("v1"), "v1-arm64", "v1-amd64")
    assert platforms(result.stdout) == ["linux/arm64"]
    assert app.tags() == ["v1-arm64"]


@pytest.mark.parametrize("words, message, code", [
    (["--wait", "1m", "a/b:v1", "x"], "--wait can only be used with --join", 125),
    (["--join", "--push", "a/b:v1", "x"], "--join and --push cannot be used together", 125),
    (["--join", "--from", "f", "a/b:v1"], "--join and --from cannot be used together", 125),
    (["--join", "--dry-run", "--wait", "1m", "a/b:v1", "x"], "--dry-run and --wait cannot be used together", 125),
    (["--join", "a/b:v1", "x", "oci-layout://d:x"], "oci-layout://d:x is in an image layout on this machine", 125),
    (["--join", "oci-layout://d:v1", "a/b:x"], "oci-layout://d:v1 is in an image layout on this machine", 125),
])
def test_what_cannot_be_joined(binary, words, message, code):
    assert message in binary.fail("publish", *words, code=code).stderr
