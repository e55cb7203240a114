"""What `__complete` starts is gone when it has ended.

docker is a stand-in here, that takes its time.
"""

import os
import signal

import pytest

from support.completion import values
from support.process import is_alive
from support.waiting import wait_for

# Writes down its own process and another one that it waits for.
_SLOW = """#!/bin/sh
echo $$ >>"{pids}"
sleep 300 &
echo $! >>"{pids}"
wait
"""


@pytest.fixture
def slow_docker(binary):
    """Answers the processes that there were so far."""
    pids = binary.home / "pids"
    docker = binary.bin / "docker"
    docker.write_text(_SLOW.format(pids=pids))
    docker.chmod(0o755)
    yield lambda: pids.read_text().split() if pids.exists() else []
    for pid in pids.read_text().split():
        if is_alive(pid):
            signal.pidfd_send_signal(os.pidfd_open(int(pid)), signal.SIGKILL)


def test_a_slow_docker_does_not_outlive_it(binary, slow_docker):
    for _ in range(10):
        assert values(binary, "inspect", "a") == []
        assert not [pid for pid in slow_docker() if is_alive(pid)]
    assert slow_docker()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nor_where_it_is_interrupted(binary, slow_docker, number):
    running = binary.start_binary("__complete", "inspect", "a")
    wait_for(lambda: len(slow_docker()) == 2, "docker runs")
    result, _ = running.interrupt(number)
    assert result.returncode == 128 + number
    wait_for(lambda: not [pid for pid in slow_docker() if is_alive(pid)], "it has ended", 5)
