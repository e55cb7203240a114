"""Signals end the plugin immediately: no partial output, and no process is left behind.

The goal is 200 ms; the tests allow half a second, for busy machines.
"""

import os
import signal
import socket
import threading
from pathlib import Path

import pytest

from support.credentials import install_script
from support.images import build, digest_of
from support.process import is_alive
from support.raw_server import RawServer
from support.stub_registry import Answer, StubRegistry
from support.waiting import wait_for

LIMIT = 0.5
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
IMAGE = build("linux/arm64")
HANGING_HELPERS = {
    "itself": 'echo $$ > "$HOME/pids"; exec sleep 120',
    "that-ignores-signals": 'trap "" TERM INT; echo $$ > "$HOME/pids"; while :; do sleep 120; done',
    "with-a-child": 'sleep 120 & echo $! > "$HOME/pids"; wait',
}


@pytest.fixture
def silent_server():
    """A server that accepts a request and does not answer."""
    with RawServer(lambda *_: server.ended.wait(60)) as server:
        yield server


@pytest.fixture
def busy_server():
    """A server that answers 429 with a Retry-After of half a minute."""
    with StubRegistry({
        ("GET", "/v2/test/app/manifests/v1"): Answer(429, b"", {"Retry-After": "30"})
    }) as stub:
        yield stub


def wait_for_request(server):
    wait_for(lambda: server.requests, "the server has a request")


def written(file):
    return file.exists() and file.read_text().strip()


def check_stopped(result, took, code):
    assert took < LIMIT
    assert result.returncode == code
    assert result.stdout == ""


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("words", [("inspect",), ("publish", "--quiet"), ("publish", "--dry-run")])
def test_stops_while_a_server_does_not_answer(silent_server, binary, number, words):
    name = f"{silent_server.host}/test/app:v1"
    arguments = [name, ":v1-arm64"] if words[0] == "publish" else [name]
    running = binary.start_binary(*words, *arguments)
    wait_for_request(silent_server)
    result, took = running.interrupt(number)
    check_stopped(result, took, CODES[number])
    assert result.stderr == ("Nothing was published.\n" if words[0] == "publish" else "")


class RegistryThatKeepsOneTagWaiting(StubRegistry):
    """An open registry that accepts v1 and does not answer about v2."""

    def __init__(self):
        super().__init__({})
        self.ended = threading.Event()

    def answer(self, request):
        self.requests.append(request)
        if request.method == "PUT":
            if request.path.endswith("/v2"):
                self.ended.wait(60)
            return Answer(201, b"", {"Docker-Content-Digest": digest_of(request.body)})
        if "/blobs/" in request.path:
            return Answer(200, IMAGE.blobs[0])
        return Answer(200, IMAGE.manifest, {"Content-Type": IMAGE.media_type})


def test_says_what_was_published_before(binary):
    with RegistryThatKeepsOneTagWaiting() as registry:
        name = f"{registry.host}/test/app"
        running = binary.start_binary("publish", f"{name}:v1", "v1-arm64", "-t", "v2")
        wait_for(lambda: f"Published {name}:v1" in running.stderr, "v1 is published")
        wait_for(lambda: any(r.method == "PUT" and r.path.endswith("/v2") for r in registry.requests), "v2 is being put")
        result, took = running.interrupt(signal.SIGINT)
        registry.ended.set()
    check_stopped(result, took, 130)
    assert result.stderr.splitlines()[-2:] == [
        f"The list was published as {name}:v1.",
        f"The registry has not confirmed that the list was published as {name}:v2.",
    ]


@pytest.mark.parametrize("name", ["HUP", "INT"])
def test_ignored_signals_stay_ignored(silent_server, binary, name):  # nohup; a script's background job
    words = ["inspect", "--timeout", "700ms", f"{silent_server.host}/test/app:v1"]
    running = binary.start(["sh", "-c", f'trap "" {name}; exec "$@"', "sh", str(binary.binary), *words])
    wait_for_request(silent_server)
    result, _ = running.interrupt(getattr(signal, f"SIG{name}"))
    assert result.returncode == 5 and "took too long" in result.stderr


@pytest.mark.parametrize("number", CODES)
def test_stops_while_waiting_to_retry(busy_server, binary, number):
    running = binary.start_binary("inspect", f"{busy_server.host}/test/app:v1")
    wait_for(lambda: "429" in running.stderr, "it reports that it waits")
    check_stopped(*running.interrupt(number), CODES[number])


@pytest.mark.parametrize("number", CODES)
def test_stops_while_connecting(binary, number):
    """A host that neither accepts nor refuses the connection: its backlog is full."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        held = [socket.socket() for _ in range(4)]
        for one in held:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        running = binary.start_binary("inspect", "--debug", f"127.0.0.1:{port}/test/app:v1")
        wait_for(lambda: running.stderr, "it has started")
        check_stopped(*running.interrupt(number), CODES[number])
        for one in held:
            one.close()


@pytest.mark.parametrize("kind", HANGING_HELPERS)
@pytest.mark.parametrize("number", CODES)
def test_signal_ends_the_credential_helper(silent_server, binary, number, kind):
    install_script(binary, "hangs", HANGING_HELPERS[kind])
    binary.configure({"credsStore": "hangs"})
    running = binary.start_binary("inspect", f"{silent_server.host}/test/app:v1")
    pids = binary.home / "pids"
    wait_for(lambda: written(pids), "the helper runs")
    check_stopped(*running.interrupt(number), CODES[number])
    helper = int(pids.read_text())
    wait_for(lambda: not is_alive(helper), "the helper has ended", 2)


class RegistryThatWaitsForHelper(StubRegistry):
    """An open registry that answers only after the credential helper has started."""

    def __init__(self, pids):
        super().__init__({})
        self.pids = pids

    def answer(self, request):
        wait_for(lambda: written(self.pids), "the helper runs")
        if request.method == "PUT":
            return Answer(201, b"", {"Docker-Content-Digest": digest_of(request.body)})
        if "/blobs/" in request.path:
            return Answer(200, IMAGE.blobs[0])
        if request.path.endswith("/v1-arm64"):
            return Answer(200, IMAGE.manifest, {"Content-Type": IMAGE.media_type})
        return super().answer(request)


@pytest.mark.parametrize("kind", HANGING_HELPERS)
@pytest.mark.parametrize("code, words", [
    (0, ("publish", "{}:v1", "v1-arm64")), (3, ("inspect", "{}:missing")),
])
def test_unneeded_credential_helper_is_ended(binary, code, words, kind):
    """The registry required no password, so the plugin does not wait for the helper."""
    install_script(binary, "hangs", HANGING_HELPERS[kind])
    binary.configure({"credsStore": "hangs"})
    pids = binary.home / "pids"
    with RegistryThatWaitsForHelper(pids) as registry:
        result = binary.attempt(*(word.format(f"{registry.host}/test/app") for word in words))
    helper = int(pids.read_text())
    try:
        assert result.returncode == code, result.output
        wait_for(lambda: not is_alive(helper), "the helper has ended", 2)
    finally:
        if is_alive(helper):  # The completion tests look for processes that are left.
            os.kill(helper, signal.SIGKILL)
    assert result.seconds < 10, "the plugin must not wait for the helper"


def test_second_signal_is_harmless(silent_server, binary):
    running = binary.start_binary("inspect", f"{silent_server.host}/test/app:v1")
    wait_for_request(silent_server)
    running.send(signal.SIGINT)
    running.send(signal.SIGTERM)
    result = running.wait()
    assert result.returncode in CODES.values()


# How docker tells a plugin to stop: https://pkg.go.dev/github.com/docker/cli/cli-plugins/socket

@pytest.fixture
def docker_socket():
    """An abstract socket like docker's, and the environment that names it."""
    with socket.socket(socket.AF_UNIX) as listener:
        name = f"docker_cli_test_{os.getpid()}_{id(listener)}"
        listener.bind(f"\0{name}")
        listener.listen()
        listener.settimeout(10)
        yield listener, {"DOCKER_CLI_PLUGIN_SOCKET": f"@{name}"}


def test_stops_when_docker_closes_its_socket(silent_server, binary, docker_socket):
    listener, environment = docker_socket
    command = [str(binary.binary), "manifestx", "inspect", f"{silent_server.host}/test/app:v1"]
    running = binary.start(command, environment)
    connection, _ = listener.accept()
    wait_for_request(silent_server)
    pid = running.pid
    connection.close()
    wait_for(lambda: not is_alive(pid), "the plugin has ended", LIMIT)
    result = running.wait()
    assert result.returncode in CODES.values()
    assert result.stdout == ""


def test_open_docker_socket_changes_nothing(app, binary, docker_socket):
    image = app.push("one")
    listener, environment = docker_socket
    running = binary.start(
        [str(binary.binary), "manifestx", "inspect", app.at("one")], environment
    )
    with listener.accept()[0]:
        assert image.digest in running.wait().stdout


@pytest.mark.parametrize("name", ["@nobody-listens-there", "", "/no/such/socket", "@" + "x" * 200])
def test_unreachable_docker_socket_is_ignored(app, binary, name):
    image = app.push("one")
    result = binary.run("inspect", app.at("one"), environment={"DOCKER_CLI_PLUGIN_SOCKET": name})
    assert image.digest in result.stdout


def test_docker_socket_with_a_full_backlog_is_not_waited_for(app, binary):
    image = app.push("one")
    name = f"docker_cli_test_full_{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as full:
        full.bind(f"\0{name}")
        full.listen(0)
        held = [socket.socket(socket.AF_UNIX) for _ in range(3)]
        for one in held:
            one.setblocking(False)
            one.connect_ex(f"\0{name}")
        result = binary.run("inspect", app.at("one"), environment={"DOCKER_CLI_PLUGIN_SOCKET": f"@{name}"}, timeout=10)
        for one in held:
            one.close()
    assert image.digest in result.stdout


def start_by_docker(plugin, server):
    """Starts docker with the plugin, in a process group of their own as a shell does."""
    command = ["docker", "manifestx", "inspect", f"{server.host}/test/app:v1"]
    running = plugin.start(command, start_new_session=True)
    wait_for_request(server)
    return running, plugin_below(running.pid)


def plugin_below(docker):
    """The process of the plugin, docker's only child. Any thread of a Go program can fork."""
    found = []
    for children in Path(f"/proc/{docker}/task").glob("*/children"):
        found += children.read_text().split()
    [plugin] = found
    return int(plugin)


@pytest.mark.parametrize("number", CODES)
def test_signal_to_docker_alone_ends_the_plugin(silent_server, by_docker, number):
    """docker closes the socket."""
    running, plugin = start_by_docker(by_docker, silent_server)
    result, took = running.interrupt(number)
    assert took < 2 * LIMIT
    assert result.returncode != 0 and result.stdout == ""
    wait_for(lambda: not is_alive(plugin), "the plugin has ended", LIMIT)


def test_control_c_ends_docker_and_the_plugin(silent_server, by_docker):
    running, plugin = start_by_docker(by_docker, silent_server)
    os.killpg(running.pid, signal.SIGINT)
    result = running.wait(timeout=10)
    assert result.returncode == 130 and result.stdout == ""
    wait_for(lambda: not is_alive(plugin), "the plugin has ended", LIMIT)


def test_plugin_ends_when_docker_is_killed(silent_server, by_docker):
    running, plugin = start_by_docker(by_docker, silent_server)
    running.send(signal.SIGKILL)
    wait_for(lambda: not is_alive(plugin), "the plugin has ended", LIMIT)
    running.wait()
