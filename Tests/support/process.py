"""A running program: its output so far with times, and at the end its time."""

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """A negative `returncode` is a signal."""

    stdout: str
    stderr: str
    returncode: int
    seconds: float = 0
    lines: list = field(default_factory=list)  # of stderr, as (seconds since the start, text)

    @property
    def output(self):
        return self.stdout + self.stderr


class RunningProcess:
    """`check` is called with the command and its `Result` when it has ended."""

    def __init__(self, command, check, **options):
        self.command = command
        self._check = check
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            **options,
        )
        self._stdout = []
        self._stderr = []
        self._threads = [
            threading.Thread(target=self._read, args=pair) for pair in (
                (self._process.stdout, self._stdout), (self._process.stderr, self._stderr)
            )
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self):
        return self._process.pid

    @property
    def stderr(self):
        """What it has written so far."""
        return b"".join(line for _, line in self._stderr).decode()

    def send(self, number):
        """Sends a signal. Not by Popen, which would reap a process that has ended."""
        os.kill(self.pid, number)

    def wait(self, timeout=60):
        """Waits until it has ended. `timeout` counts from its start; when it expires, it fails."""
        left = self._began + timeout - time.monotonic()
        timer = threading.Timer(max(0, left), self.send, [signal.SIGKILL])
        timer.start()
        _, status = os.waitpid(self.pid, 0)
        seconds = time.monotonic() - self._began
        timed_out = not timer.is_alive()
        timer.cancel()
        self._process.returncode = os.waitstatus_to_exitcode(status)
        assert not timed_out, f"{self.command} ran for {timeout} s, and was killed:\n{self.stderr}"
        for thread in self._threads:
            thread.join(timeout=5)
            assert not thread.is_alive(), f"{self.command}: a child process keeps its output open"
        result = Result(
            b"".join(line for _, line in self._stdout).decode(), self.stderr,
            self._process.returncode, seconds,
            [(when, line.decode()) for when, line in self._stderr],
        )
        self._check(self.command, result)
        return result

    def interrupt(self, number):
        """Sends a signal; returns the result, and the seconds from the signal to the end."""
        began = time.monotonic()
        self.send(number)
        result = self.wait()
        return result, time.monotonic() - began

    def _read(self, file, lines):
        with file:
            for line in file:
                lines.append((time.monotonic() - self._began, line))


def is_alive(pid):
    """Whether a process still runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"
