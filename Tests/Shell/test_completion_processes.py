"""Processes that `__complete` starts: docker's end with it, and one that asks a registry goes on for a while.

docker is replaced by a slow script.
"""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from support.completion import values
from support.delay_proxy import DelayProxy
from support.process import is_alive
from support.stub_registry import Answer, StubRegistry
from support.waiting import wait_for

# Records its own process ID and that of a child process, and waits for the child.
_SLOW = """#!/bin/sh
echo $$ >>"{pids}"
sleep 300 &
echo $! >>"{pids}"
wait
"""


@pytest.fixture
def slow_docker(binary):
    """Returns the IDs of all processes that the script has started so far."""
    pids = binary.home / "pids"
    docker = binary.bin / "docker"
    docker.write_text(_SLOW.format(pids=pids))
    docker.chmod(0o755)
    yield lambda: pids.read_text().split() if pids.exists() else []
    for pid in pids.read_text().split():
        if is_alive(pid):
            signal.pidfd_send_signal(os.pidfd_open(int(pid)), signal.SIGKILL)


def test_a_slow_docker_is_ended_when_completion_ends(binary, slow_docker):
    for _ in range(10):
        assert values(binary, "inspect", "a") == []
        assert not [pid for pid in slow_docker() if is_alive(pid)]
    assert slow_docker()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_slow_docker_is_ended_when_completion_is_interrupted(binary, slow_docker, number):
    running = binary.start_binary("__complete", "inspect", "a")
    wait_for(lambda: len(slow_docker()) == 2, "docker is running")
    result, _ = running.interrupt(number)
    assert result.returncode == 128 + number
    wait_for(lambda: not [pid for pid in slow_docker() if is_alive(pid)], "docker has ended", 5)


class LateRegistry(StubRegistry):
    """Answers when it is released."""

    def __init__(self):
        super().__init__({})
        self.released = threading.Event()

    def answer(self, request):
        self.requests.append(request)
        self.released.wait(30)
        return Answer(200, b'{"tags":["v1-arm64"]}')


@pytest.fixture
def late_registry():
    with LateRegistry() as registry:
        yield registry
        registry.released.set()
        wait_for(lambda: not lookups(registry), "no process is left")


def lookups(registry):
    """The processes that ask this registry."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(file.read_bytes().split(b"\0"))
        except OSError:
            continue  # It has ended.
    return [words for words in lines if b"__tags" in words and registry.host in str(words)]


def timed(plugin, registry):
    began = time.monotonic()
    found = values(plugin, "inspect", f"{registry.host}/a:")
    return found, time.monotonic() - began


def test_an_answer_that_comes_too_late_is_kept_for_the_next_tab(late_registry, plugin):
    found, seconds = timed(plugin, late_registry)
    assert found == [] and seconds < 1.2
    assert len(lookups(late_registry)) == 1
    found, seconds = timed(plugin, late_registry)
    assert found == [] and seconds < 1.2
    late_registry.released.set()
    expected = [f"{late_registry.host}/a:v1-arm64"]
    wait_for(lambda: timed(plugin, late_registry)[0] == expected, "the tags are known")
    assert len(late_registry.requests) == 1, "one process asks, once"


def test_a_registry_that_takes_700_ms_completes(app, binary):
    """If that is for each round trip, at the second TAB: for a registry without TLS there are two."""
    app.push("v1-arm64")
    with DelayProxy(app.host, 0.35) as far, StubRegistry({("GET", "/v2/a/tags/list?n=1000"): after_700_ms}) as slow:
        assert values(binary, "inspect", f"{far.host}/{app.path}:") == []
        # On a busy machine, the first TAB can be too early.
        tabs = (values(binary, "inspect", f"{slow.host}/a:") for _ in range(2))
        assert next(filter(None, tabs)) == [f"{slow.host}/a:v1-arm64"]
        assert values(binary, "inspect", f"{far.host}/{app.path}:") == [f"{far.host}/{app.path}:v1-arm64"]
        assert len(slow.requests) == 1


def after_700_ms(_):
    time.sleep(0.7)
    return Answer(200, b'{"tags":["v1-arm64"]}')


def test_a_tab_waits_for_the_process_of_the_last_one(late_registry, binary):
    assert timed(binary, late_registry)[0] == []
    threading.Timer(0.2, late_registry.released.set).start()
    assert timed(binary, late_registry)[0] == [f"{late_registry.host}/a:v1-arm64"]


def test_a_registry_that_is_silent_for_long_delays_no_more_tabs(late_registry, binary):
    assert timed(binary, late_registry)[0] == []
    [file] = (binary.home / ".cache/docker-manifestx").iterdir()
    assert file.read_text().startswith("?")
    file.write_text("?0\n")  # It has been asked when this machine started.
    found, seconds = timed(binary, late_registry)
    assert found == [] and seconds < 0.6, seconds
