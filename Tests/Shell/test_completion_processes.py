"""Processes that `__complete` starts do not outlive it.

docker is replaced by a slow script.
"""

import os
import signal

import pytest

from support.completion import values
from support.process import is_alive
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
