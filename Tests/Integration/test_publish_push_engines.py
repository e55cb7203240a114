"""`docker manifestx publish --push` with programs that stand in for engines: what is shown, and how it ends.

The images are in the registry already, so that the stand-ins only pretend to push.
"""

import json
import re
import signal
import time

import pytest

from support.process import is_alive
from support.screen import TerminalRun
from support.stand_in import stand_in
from support.waiting import wait_for

TAGS = ["v1-arm64", "v1-amd64", "v1-s390x", "v1-riscv64", "v1-ppc64le"]


@pytest.fixture
def images(app):
    for tag in TAGS:
        app.push(tag, f"linux/{tag.removeprefix('v1-')}")
    return TAGS


def engine(plugin, push, version="Docker version 28.2.2", name="docker"):
    """Has every image. `push` is what it does to push one."""
    return stand_in(plugin, name, f"""case $* in
      --version) echo "{version}" ;;
      "manifest exists "*) exit 1 ;;
      *"image inspect"*) echo '[]' ;;
      *push*) {push} ;;
    esac""")


@pytest.mark.parametrize("name, version, words", [
    ("docker", "Docker version 28.2.2, build e6534b4", "push {}"),
    ("nerdctl", "nerdctl version 2.1.2", "--insecure-registry push {}"),
    ("nerdctl", "", "--insecure-registry push {}"),
    ("docker", "podman version 5.4.0", "push --tls-verify=false {}"),  # The package podman-docker.
    ("docker", "nerdctl version 2.1.2", "--insecure-registry push {}"),
    ("my-engine", "podman-remote version 5.4.0", "push --tls-verify=false {}"),
])
def test_each_engine_gets_its_own_options(app, binary, images, name, version, words):
    """The engine is known by its version, not by its name. What it prints is not taken for the digest."""
    calls = engine(binary, 'echo "sha256:1"', version, name)
    result = binary.publish("--push", app.at("v1"), *images[:2], environment={"MANIFESTX_ENGINE": name})
    assert result.stdout == f"{app.manifest('v1').digest}\n"
    assert sorted(call for call in calls() if "push " in call) == sorted(words.format(app.at(tag)) for tag in images[:2])


@pytest.mark.parametrize("text, code", [
    ("denied: requested access to the resource is denied", 4), ("denied: permission_denied: write_package", 4),
    ("unauthorized: authentication required", 4), ("errors: denied: access to quota/exceeded forbidden", 4),
    ("denied: adding 5.0 MiB of storage resource, which will exceed the configured upper limit of 1.0 GiB.", 1),
    ("permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock", 1),
    ("write /certificates/x: permission denied: unknown", 1),
])
def test_what_the_engine_says_decides_about_the_advice(app, binary, images, text, code):
    """Only credentials are solved by docker login, and nothing here by allowing other certificates."""
    engine(binary, f"echo '{text}' >&2; exit 1")
    error = binary.fail("publish", "--push", app.at("v1"), images[0], code=code).stderr
    assert text in error and ("docker login" in error) == (code == 4)
    assert "insecure-registries" not in error


def test_names_of_docker_hub_are_whole(binary):
    """Engines read short names in different ways. The stand-in fails, so that nothing is asked of Docker Hub."""
    calls = engine(binary, "exit 3")
    binary.fail("publish", "--push", "library/app:v1", "v1-arm64", "app:v1-amd64")
    assert sorted(call for call in calls() if "push " in call) == [
        "push docker.io/library/app:v1-amd64", "push docker.io/library/app:v1-arm64",
    ]


def test_the_directory_of_the_settings_is_passed_on(app, by_docker, images):
    (by_docker.home / "other").mkdir()
    (by_docker.home / "other/cli-plugins").symlink_to(by_docker.config_dir / "cli-plugins")
    engine(by_docker, 'echo "$DOCKER_CONFIG" >"$HOME/config"', name="my-engine")
    by_docker.publish("--push", app.at("v1"), images[0], docker_flags=["--config", "other"],
                      environment={"MANIFESTX_ENGINE": "my-engine"})
    assert (by_docker.home / "config").read_text() == "other\n"


def test_three_images_are_pushed_at_a_time(app, binary, images):
    engine(binary, f"""
      : >"$HOME/$$.running"; set -- "$HOME"/*.running; echo $# >>"$HOME/counts"
      sleep 0.3; rm "$HOME/$$.running"
    """)
    binary.publish("--push", app.at("v1"), *images)
    counts = [int(line) for line in (binary.home / "counts").read_text().split()]
    assert len(counts) == len(images) and max(counts) == 3


def test_after_a_failure_no_other_push_begins(app, binary, images):
    """Those that are running end first. The last lines of the engine's output are repeated."""
    calls = engine(binary, r"""case $* in
      *v1-amd64) sleep 0.2; seq 1 20 | sed 's/^/line /' >&2; printf 'denied: \033]0;forged\007\033[31mred\033[0m\r\n::error::x'; exit 7 ;;
      *) sleep 0.5; echo >"$HOME/${*##*:}" ;;
    esac""")
    result = binary.fail("publish", "--push", app.at("v1"), *images)
    assert len([call for call in calls() if call.startswith("push ")]) == 3
    assert (binary.home / "v1-arm64").exists() and (binary.home / "v1-s390x").exists()
    error = result.stderr[result.stderr.index("ERROR: "):].splitlines()
    assert error == [
        f"ERROR: {app.at('v1-amd64')} was not pushed: docker push: exit status 7",
        *(f"  line {number}" for number in range(13, 21)),
        r"  denied: \u{1B}]0;forged\u{7}red", r"  \u{3A}:error::x",
        f"  To log in: docker login {app.host}", "Nothing was published.",
    ]
    assert "v1" not in app.tags()


def test_what_an_engine_leaves_behind_is_not_waited_for(app, binary, images):
    engine(binary, "sleep 5 & echo $! >\"$HOME/left\"; echo done")
    began = time.monotonic()
    binary.publish("--push", app.at("v1"), images[0])
    assert time.monotonic() - began < 4
    pid = int((binary.home / "left").read_text())
    wait_for(lambda: not is_alive(pid), "it has ended", 10)


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGQUIT, 131)])
def test_an_interruption_ends_the_engine(app, binary, images, number, code):
    engine(binary, 'trap "" INT TERM QUIT; echo $$ >>"$HOME/pids"; sleep 60 & wait')
    running = binary.start_binary("publish", "--push", app.at("v1"), *images[:2])
    wait_for(lambda: len(lines_of(binary.home / "pids")) == 2, "both pushes run")
    result, took = running.interrupt(number)
    assert took < 0.5 and result.returncode == code and result.stdout == ""
    assert result.stderr.splitlines()[2:] == ["Nothing was published."]
    pids = [int(pid) for pid in lines_of(binary.home / "pids")]
    wait_for(lambda: not any(is_alive(pid) for pid in pids), "the engines have ended", 2)
    assert "v1" not in app.tags()


def lines_of(file):
    return file.read_text().split() if file.exists() else []


def test_lines_where_there_is_no_terminal(app, binary, images):
    engine(binary, "echo layer 1; echo layer 2; sleep 0.2")
    name = app.at(images[0])
    result = binary.publish("--push", app.at("v1"), images[0])
    lines = result.stderr.splitlines()
    assert lines[0] == f"Pushing {name} with docker"
    assert re.fullmatch(rf"Pushed {re.escape(name)} in 0\.\d s", lines[1])
    assert lines[2].startswith("linux/arm64 ") and lines[3:] == [f"Published {app.at('v1')}"]
    debug = binary.publish("--debug", "--push", app.at("v1"), images[0]).stderr
    assert f"DEBUG: {name}: layer 1\nDEBUG: {name}: layer 2\n" in debug
    assert binary.publish("--quiet", "--push", app.at("v1"), images[0]).stderr == ""


def test_a_terminal_shows_what_the_engines_do(app, binary, images):
    """The last line of each, in place."""
    engine(binary, r"""for step in 1 2 3; do printf '\033[2Kstep %s of %s\r' $step "${*##*-}"; sleep 0.5; done""")
    run = TerminalRun(binary, "publish", "--push", app.at("v1"), *images[:2], width=200).read()
    assert run.child.exitstatus == 0
    shown = [frame for frame in run.frames if frame.count("Pushing ") == 2]
    for arch in ("arm64", "amd64"):
        name = re.escape(app.at(f"v1-{arch}"))
        assert any(re.search(rf"^Pushing {name} with docker, 1 s: step [23] of {arch}$", frame, re.M) for frame in shown)
        assert re.search(rf"^Pushed {name} in 1\.\d s$", run.screen.text, re.M)
    assert "Pushing" not in run.screen.text


def test_objects(app, binary, images):
    engine(binary, "echo step; sleep 2.2")
    result = binary.publish("--progress", "rawjson", "--push", app.at("v1"), images[0])
    events = [json.loads(line) for line in result.stderr.splitlines()]
    pushes = [event for event in events if "push" in event["event"]]
    assert [event["event"] for event in pushes][:2] == ["pushing", "push-progress"]
    assert all(event["image"] == app.at(images[0]) for event in pushes)
    assert pushes[0]["engine"] == "docker"
    assert all(event["message"] == "step" and 1 <= event["seconds"] < 3 for event in pushes[1:-1])
    assert pushes[-1]["event"] == "pushed" and 2 < pushes[-1]["seconds"] < 10
    assert [event["event"] for event in events if event not in pushes] == ["resolved", "assembled", "publishing", "published"]
