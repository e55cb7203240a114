"""--progress: what a copy shows on a terminal and elsewhere. The images come from a slow registry."""

import json
import re

import pytest

from support import images
from support.delay_proxy import DelayProxy
from support.repository import LOOPBACK, Repository, platforms
from support.screen import TerminalRun

SIZE = 600_000  # Of each layer.
LAYER = re.compile(r"^[0-9a-f]{12}   [\d.]+k?B of 60\dkB", re.MULTILINE)


@pytest.fixture(scope="module")
def slow_host(plain_registry):
    """The registry at an address of its own, where each connection takes 1.5 s for a layer."""
    with DelayProxy(plain_registry.host, delay=0, rate=400_000) as proxy:
        yield proxy.host


@pytest.fixture
def command(app, slow_host):
    """Copies two images of another repository."""
    other = Repository(app.registry, f"{app.path}-other")
    for platform in ("arm64", "amd64"):
        name = f"linux/{platform}"
        other.push(f"v1-{platform}", images.build(name, marker=f"{app.path} {name}", size=SIZE))
    sources = [f"{slow_host}/{other.path}:v1-{platform}" for platform in ("arm64", "amd64")]
    return ["publish", app.at("v1"), *sources]


def check_published(app, stdout):
    assert app.manifest("v1").digest in stdout
    assert platforms(app.manifest("v1").content) == ["linux/arm64", "linux/amd64"]


@pytest.mark.parametrize("width, options", [(200, []), (34, ["--progress=tty"])])
def test_a_terminal_shows_each_blob_in_place_and_at_the_end_one_line(app, command, binary, width, options):
    run = TerminalRun(binary, *command, *options, width=width, environment={"NO_COLOR": "1"}).read()
    assert run.child.exitstatus == 0
    shown = [frame for frame in run.frames if len(LAYER.findall(frame)) == 2]
    assert len(shown) >= 5, run.frames
    # No line is broken: each is where the region needs it.
    regions = [frame[LAYER.search(frame).start():].split("\n") for frame in shown]
    assert {len(region) for region in regions} == {3}
    assert all(len(line) < width for region in regions for line in region)
    last = r"Copying to \S+: 2 of 4 blobs, [\d.]+[kM]B of 1\.2MB, \d+kB/s, [1-3] s left"
    last = last.replace(r"\S+", app.name) if width == 200 else "Copying: .*"
    assert any(re.fullmatch(last, region[2]) for region in regions), regions
    # Each refresh is one write, and there are at most ten in a second.
    assert all(frame.count("Copying") == 1 for frame in shown)
    assert len(run.frames) < 45
    assert not re.search(r"\x1b\[[\d;]*m", run.output)
    end = run.screen.text
    assert "Copying" not in end and not LAYER.search(end)
    assert re.search(rf"Copied 4 blobs \(1\.2MB\) to {app.name} in [\d.]+ s", end.replace("\n", "")), end
    check_published(app, end.replace("\n", ""))


def test_interrupted_copy_leaves_the_terminal_clean(app, command, binary):
    run = TerminalRun(binary, *command).read(until="kB/s").interrupt()
    assert run.child.exitstatus == 130
    assert run.screen.text.endswith("\nNothing was published.")
    assert "Copying" not in run.screen.text and not LAYER.search(run.screen.text)
    assert "v1" not in app.tags()


def test_messages_appear_above_the_region(app, command, binary):
    """With --debug there are many."""
    run = TerminalRun(binary, "--debug", *command, width=200).read()
    assert run.child.exitstatus == 0
    lines = run.screen.text.split("\n")
    requests = [line for line in lines if line.startswith("DEBUG: ")]
    assert len(requests) > 20
    assert [line for line in lines if re.match(r"DEBUG: PUT .*: 201, ", line)]
    assert not [line for line in lines if LAYER.search(line) or "Copying" in line], lines
    frames = [frame for frame in run.frames if "Copying" in frame]
    assert all(frame.split("\n")[-1].startswith("Copying to") for frame in frames)


def test_lines_where_there_is_no_terminal(app, command, binary):
    result = binary.run(*command)
    lines = result.stderr.splitlines()
    assert lines[2] == f"Copying 4 blobs (1.2MB) to {app.name}"
    assert re.fullmatch(rf"Copied 4 blobs \(1\.2MB\) to {app.name} in [\d.]+ s", lines[3])
    assert lines[4:] == [f"Published {app.at('v1')}"]
    assert "\x1b" not in result.stderr
    check_published(app, result.stdout)
    forced = TerminalRun(binary, *command, "--progress", "plain").read()
    assert forced.screen.text.startswith("linux/arm64") and "\x1b" not in forced.output


@pytest.mark.parametrize("option", ["--progress=quiet", "--quiet"])
def test_quiet(app, command, binary, option):
    result = binary.run(*command, option)
    assert result.stderr == ""
    check_published(app, result.stdout)


def test_objects(app, command, binary):
    result = binary.run(*command, "--progress", "rawjson")
    check_published(app, result.stdout)
    events = [json.loads(line) for line in result.stderr.splitlines()]
    names = [event["event"] for event in events]
    assert sorted(names[:2]) == ["resolved"] * 2
    assert names[2:4] == ["assembled", "copying"]
    assert names[-3:] == ["copied", "publishing", "published"]
    assert names.count("blob-finished") == 4 and "blob-progress" in names
    assert set(names[4:-3]) == {"blob-finished", "blob-progress"}
    for event in events:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["time"])
    moving = [event for event in events if event["event"] == "blob-progress"]
    assert all(0 <= event["moved"] <= event["size"] and event["repository"] == app.name for event in moving)
    copied = events[-3]
    assert (copied["copied"], copied["mounted"], copied["present"]) == (4, 0, 0)
    assert copied["moved"] > 2 * SIZE and 1 < copied["seconds"] < 20
    assert events[-1]["name"] == app.at("v1")


def test_failures_are_objects_too(app, binary):
    result = binary.fail("publish", "--progress", "rawjson", app.at("v1"), "v1-arm64", "v1-amd64")
    [event] = [json.loads(line) for line in result.stderr.splitlines()]
    assert event["event"] == "error"
    assert event["message"].startswith(f"{LOOPBACK}:") and "is not in the registry" in event["message"]


@pytest.mark.parametrize("words, message", [
    (["publish", "-q", "--progress", "plain", "a/b:v1", "x"], "--quiet and --progress plain cannot be used together"),
    (["publish", "--progress", "tty", "a/b:v1", "x"], "--progress tty needs a terminal"),
    (["inspect", "--progress", "json", "a/b:v1"],
     "invalid value \u201cjson\u201d for --progress: must be auto, tty, plain, quiet or rawjson"),
])
def test_what_cannot_be_shown(binary, words, message):
    result = binary.fail(*words, code=125)
    assert message in result.stderr
