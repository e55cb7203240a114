"""--timeout: how long a connection may stall, whatever was sent before; and what a terminal shows meanwhile."""

import socket
import time

import pexpect  # Debian: python3-pexpect
import pytest

from support import images
from support.raw_server import RawServer, response
from support.stub_registry import Answer, StubRegistry

IMAGE = images.build("linux/arm64")
SOURCE = "/v2/test/app/manifests/v1"
CONFIG = f"/v2/test/app/blobs/{images.digest_of(IMAGE.blobs[0])}"
PAUSE = 12  # In seconds: longer than any of the tests may take.


def drip(request, send):
    """The manifest takes 2 s."""
    body, pieces = (IMAGE.manifest, 8) if "/manifests/" in request.path else (IMAGE.blobs[0], 1)
    send(response(b"", IMAGE.media_type, len(body)))
    size = -(-len(body) // pieces)
    for start in range(0, len(body), size):
        time.sleep(2 / pieces if pieces > 1 else 0)
        send(body[start:start + size])


def answers_late(request):
    """Answers after PAUSE, with an error."""
    time.sleep(PAUSE)
    return Answer(500)


@pytest.fixture
def stub():
    with StubRegistry({
        ("GET", SOURCE): Answer(200, IMAGE.manifest, {"Content-Type": IMAGE.media_type}),
        ("GET", CONFIG): Answer(200, IMAGE.blobs[0]),
        ("PUT", "/v2/test/app/manifests/list"): answers_late,
    }) as stub:
        yield stub


def assert_times_out(plugin, *words, limit):
    """The plugin must fail after `limit` seconds, not 5 s later as libcurl's speed limit does."""
    started = time.monotonic()
    result = plugin.fail(*words)
    seconds = time.monotonic() - started
    assert limit <= seconds < limit + 4, seconds
    assert f"no data was received or sent for {limit:g} s" in result.stderr
    assert "--timeout" in result.stderr
    return result


@pytest.mark.parametrize("limit", [1, 2.5])
def test_missing_answer_to_a_put(stub, binary, limit):
    """The upload does not extend the timeout."""
    words = ("publish", "--timeout", f"{limit:g}s", f"{stub.host}/test/app:list", ":v1")
    assert_times_out(binary, *words, limit=limit)
    assert len([r for r in stub.requests if r.method == "PUT"]) == 1


def test_missing_answer_to_a_get(stub, binary):
    stub.answers["GET", SOURCE] = answers_late
    assert_times_out(binary, "inspect", "--timeout", "1s", f"{stub.host}/test/app:v1", limit=1)


def test_missing_rest_of_an_answer(binary):
    def half(_, send):
        send(response(IMAGE.manifest, IMAGE.media_type)[:-50])
        time.sleep(PAUSE)
    with RawServer(half) as server:
        assert_times_out(binary, "inspect", "--timeout", "1s", f"{server.host}/test/app:v1", limit=1)


def test_missing_answer_to_one_of_several_requests(stub, binary):
    """The other requests were answered, and use the same connections."""
    stub.answers["GET", "/v2/test/app/manifests/v2"] = answers_late
    words = ("publish", "--timeout", "1s", f"{stub.host}/test/app:list", ":v1", ":v2")
    result = assert_times_out(binary, *words, limit=1)
    assert not [r for r in stub.requests if r.method == "PUT"], result.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "registry.example.com"])
def test_port_that_answers_nothing(binary, host):
    """A loopback registry may use plain HTTP: the two tries share the timeout."""
    with socket.create_server(("0.0.0.0", 0)) as server:
        host = f"{host}:{server.getsockname()[1]}"
        started = time.monotonic()
        error = binary.fail("inspect", "--timeout", "2s", f"{host}/test/app:v1").stderr
        assert 2 <= time.monotonic() - started < 3.5
    if host.startswith("127."):
        assert "the connection with TLS was not made within 1 s, and in plain HTTP no data was received" in error
    else:
        assert f"{host} took too long: the connection with TLS was not made within 2 s" in error
    assert "To wait longer: --timeout" in error


def test_slow_but_steady_answer_does_not_time_out(binary):
    """The timeout is for pauses, not for the whole answer."""
    whole = response(IMAGE.manifest, IMAGE.media_type)

    def piecemeal(request, send):
        if request.path != SOURCE:
            send(response(IMAGE.blobs[0], "application/octet-stream"))
            return
        for start in range(0, len(whole), 150):
            send(whole[start:start + 150])
            time.sleep(0.6)
    with RawServer(piecemeal) as server:
        name = f"{server.host}/test/app:v1"
        assert IMAGE.digest in binary.run("inspect", "--timeout", "1s", name).stdout


def test_timeout_beyond_32_bits_of_milliseconds(stub, binary):
    """2^32 milliseconds are 0 in 32 bits."""
    words = ("publish", "--dry-run", f"{stub.host}/test/app:list", ":v1")
    for limit in ("4294967296ms", "8000h"):
        binary.run(words[0], "--timeout", limit, *words[1:])


def on_terminal(plugin, *command, term="xterm"):
    """Everything that is printed to a terminal."""
    child = pexpect.spawn(
        command[0], list(command[1:]), env={**plugin.environment, "TERM": term}, encoding="utf-8", timeout=30,
    )
    child.expect(pexpect.EOF)
    return child.before.replace("\r\n", "\n")


@pytest.fixture
def slow_stub(stub):
    """A registry that takes 1.5 s for one of its answers."""
    def late(_):
        time.sleep(1.5)
        return Answer(200, IMAGE.manifest, {"Content-Type": IMAGE.media_type})
    stub.answers["GET", SOURCE] = late
    return stub


def test_a_terminal_shows_what_is_waited_for(slow_stub, plugin):
    """For one second it shows nothing, and the line is gone at the end."""
    program = ["docker", "manifestx"] if plugin.through == "docker" else [str(plugin.binary)]
    words = [*program, "inspect", "--format", "platforms", f"{slow_stub.host}/test/app:v1"]
    assert on_terminal(plugin, *words) == f"waiting for {slow_stub.host}, 1 s\r\x1b[Klinux/arm64\n"


@pytest.mark.parametrize("option, term", [("--dry-run", "dumb"), ("--quiet", "xterm")])
def test_nothing_is_shown_on_a_dumb_terminal_and_with_quiet(slow_stub, binary, option, term):
    words = "publish", option, "--platform-from", "tag", f"{slow_stub.host}/test/app:list", ":v1-arm64"
    slow_stub.answers["GET", f"{SOURCE}-arm64"] = slow_stub.answers["GET", SOURCE]
    slow_stub.answers["PUT", "/v2/test/app/manifests/list"] = lambda request: Answer(
        201, b"", {"Docker-Content-Digest": images.digest_of(request.body)}
    )
    output = on_terminal(binary, str(binary.binary), *words, term=term)
    assert "sha256:" in output and "waiting" not in output


@pytest.mark.parametrize("words", [["inspect"], ["resolve"], ["resolve", "--curl"], ["publish", "--dry-run"]])
def test_a_name_server_that_does_not_respond_is_not_waited_for(binary, words):
    """The system's resolver waits for 20 s. The registry beside it takes longer than the timeout, and never pauses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent, RawServer(drip) as server:
        silent.bind(("127.0.0.1", 53))
        environment = {"RES_OPTIONS": "timeout:10 attempts:2"}
        others = {"inspect": [f"{server.host}/a:v1"], "publish": ["v1-amd64"]}.get(words[0], [])
        names = ["registry.elsewhere.example/a:v1", *others]
        started = time.monotonic()
        result = binary.attempt(*words, "--timeout", "1s", *names, environment=environment)
    assert time.monotonic() - started < 4 and result.returncode == 5
    text = "registry.elsewhere.example took too long: its host name was not resolved within 1 s"
    assert text in result.stderr and result.stderr.count("ERROR: ") == 1
    assert (IMAGE.digest in result.stdout) == (words == ["inspect"])
