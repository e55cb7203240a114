"""Standard streams that do not block: node, ssh and other programs leave pipes so that they share with this one."""

import json
import os
import subprocess
import time

import pytest

from support import images


@pytest.fixture
def pipe():
    """Its two ends, both of which do not block."""
    ends = os.pipe2(os.O_NONBLOCK)
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            pass


def start(binary, *words, **streams):
    return subprocess.Popen([str(binary.binary), *words], env=binary.environment, cwd=binary.home, **streams)


def read(end, seconds=0.5):
    """What a reader gets that comes late."""
    time.sleep(seconds)
    os.set_blocking(end, True)
    with open(end, "rb", closefd=False) as file:
        return file.read()


def fill(end):
    try:
        while True:
            os.write(end, b"x" * 4096)
    except BlockingIOError:
        pass


def test_a_result_is_written_completely(app, binary, pipe):
    """It is longer than the pipe."""
    content = json.loads(images.index([(app.push("v1-arm64", "linux/arm64"), "linux/arm64")]).manifest)
    content["annotations"] = {"a": "b" * 300_000}
    text = json.dumps(content).encode()
    app.push("v1", images.Image(text, images.OCI_INDEX))
    process = start(binary, "inspect", "--raw", app.at("v1"), stdout=pipe[1])
    os.close(pipe[1])
    assert read(pipe[0]) == text
    assert process.wait(10) == 0


def test_an_error_is_written_to_a_full_pipe(app, binary, pipe):
    fill(pipe[1])
    process = start(binary, "inspect", app.at("missing"), stderr=pipe[1])
    os.close(pipe[1])
    error = read(pipe[0]).decode().lstrip("x")
    assert error.startswith(f"ERROR: {app.at('missing')} is not in the registry")
    assert process.wait(10) == 3


def test_input_that_comes_later_is_waited_for(app, binary, pipe):
    app.push("v1-arm64", "linux/arm64")
    text = binary.publish("--dry-run", app.at("v1"), "v1-arm64").stdout
    process = start(binary, "publish", app.at("v1"), "--from", "-", stdin=pipe[0])
    time.sleep(0.5)
    assert process.poll() is None
    os.write(pipe[1], text.encode())
    os.close(pipe[1])
    assert process.wait(10) == 0
