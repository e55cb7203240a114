"""What an interrupted publish says it has done must be true."""

import contextlib
import signal
import threading
import time

import pytest

from support import stub_registry
from support.images import build, digest_of
from support.stub_registry import Answer, StubRegistry

IMAGE = build("linux/arm64")
BLOBS = {digest_of(blob): blob for blob in IMAGE.blobs}


class RegistryThatAnswersTheLastRead(StubRegistry):
    """An open registry that has v1-arm64, and calls a function shortly before it sends a blob of it."""

    def __init__(self):
        super().__init__({})
        self.before_blob = lambda: None

    def answer(self, request):
        self.requests.append(request)
        if request.method == "PUT":
            return Answer(201, b"", {"Docker-Content-Digest": digest_of(request.body)})
        if "/blobs/" in request.path:
            self.before_blob()
            return Answer(200, BLOBS[request.path.rpartition("/")[2]])
        if request.path.endswith("/v1-arm64"):
            return Answer(200, IMAGE.manifest, {"Content-Type": IMAGE.media_type})
        return super().answer(request)


def send_unless_ended(running, number):
    with contextlib.suppress(ProcessLookupError):
        running.send(number)


def test_last_message_does_not_deny_a_request_that_is_sent(binary, monkeypatch):
    """The signal and the last answer before the PUT arrive at about the same time."""
    monkeypatch.setattr(stub_registry._Handler, "wbufsize", 1 << 16)  # An answer in one piece is not delayed.
    denied = ended = 0
    with RegistryThatAnswersTheLastRead() as registry:
        for number in range(30):
            registry.requests.clear()
            running = binary.start_binary("publish", f"{registry.host}/test/app:v1", "v1-arm64")
            timer = threading.Timer(0.00002 * number, send_unless_ended, [running, signal.SIGTERM])
            registry.before_blob = timer.start
            result = running.wait()
            timer.join()
            ended += result.returncode == 128 + signal.SIGTERM
            was_put = any(request.method == "PUT" for request in registry.requests)
            denied += was_put and "Nothing was published." in result.stderr
    assert ended and not denied, f"{denied} of {ended} interrupted runs"


@pytest.mark.parametrize("target", ["oci-archive:a.tar:v1", "oci:layout:v1"])
def test_an_unfinished_file_is_removed(binary, target):
    """It may be as large as the image."""
    seen = []
    one_at_a_time = threading.Lock()
    with RegistryThatAnswersTheLastRead() as registry:
        running = binary.start_binary("publish", target, f"{registry.host}/test/app:v1-arm64")

        def interrupt():
            with one_at_a_time:  # No blob is sent between the first look at the files and the end of the program.
                files = list(binary.home.rglob(".docker-manifestx-*"))
                if files and not seen:
                    seen.extend(files)
                    running.send(signal.SIGINT)
                    time.sleep(0.5)

        registry.before_blob = interrupt
        result = running.wait()
    assert result.returncode == 130 and "Nothing was published." in result.stderr
    assert seen and not list(binary.home.rglob(".docker-manifestx-*"))
