"""How completion reads tags: number of requests, timeouts, cache, pages, credential helpers."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

import pytest

from support.completion import complete, values
from support.credentials import auth, install_helper
from support.engine import Engine
from support.repository import NON_LOOPBACK, Repository
from support.secret_leaks import leaks
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER, READER
from support.waiting import wait_for


def test_tags_are_cached(app, binary):
    app.push("v1-arm64")
    mark = app.registry.log.mark()
    first = complete(binary, "inspect", f"{app.name}:")
    app.push("v1-amd64")
    assert complete(binary, "inspect", f"{app.name}:") == first
    assert [r.path for r in app.requests_since(mark) if "/tags/" in r.path] == [
        f"/v2/{app.path}/tags/list?n=1000"
    ]
    expire_cache(binary)
    assert values(binary, "inspect", f"{app.name}:") == [app.at("v1-amd64"), app.at("v1-arm64")]
    assert len(list(cache(binary).iterdir())) == 1, "expired entries are removed"


def test_the_cache_is_private_and_holds_no_secret(token_app, binary):
    binary.trust(token_app.host, token_app.registry.ca_file)
    binary.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    token_app.push("v1-arm64")
    assert values(binary, "inspect", f"{token_app.name}:") == [token_app.at("v1-arm64")]
    directory = cache(binary)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    [file] = directory.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == "v1-arm64\n"
    assert not leaks(file.name, [PUBLISHER.pair])


def test_the_cache_is_in_the_xdg_cache_directory(app, binary, tmp_path):
    app.push("v1-arm64")
    directory = tmp_path / "own cache"
    environment = {"XDG_CACHE_HOME": str(directory)}
    assert values(binary, "inspect", f"{app.name}:", environment=environment)
    assert len(list((directory / "docker-manifestx").iterdir())) == 1
    assert not cache(binary).exists()


def test_the_cache_depends_on_the_credentials(token_app, binary):
    binary.trust(token_app.host, token_app.registry.ca_file)
    token_app.push("v1-arm64")
    assert values(binary, "inspect", f"{token_app.name}:") == []
    binary.configure({"auths": {token_app.host: auth(READER)}})
    assert values(binary, "inspect", f"{token_app.name}:") == [token_app.at("v1-arm64")]


def test_nothing_is_cached_with_credentials_from_the_environment(binary):
    """They may be different ones each time."""
    with StubRegistry({("GET", "/v2/a/tags/list?n=1000"): page(["v1-arm64"])}) as registry:
        for _ in range(2):
            found = values(
                binary, "inspect", f"{registry.host}/a:", environment={"DOCKER_AUTH_CONFIG": '{"auths":{}}'}
            )
            assert found == [f"{registry.host}/a:v1-arm64"]
        assert len(registry.requests) == 2
    assert not cache(binary).exists()


def test_a_tag_that_repeats_a_password_is_left_out(binary):
    def answer(request):
        is_known = "Authorization" in request.headers
        return page(["v1", "pass-42"]) if is_known else Answer(401, headers={"WWW-Authenticate": "Basic"})
    with StubRegistry({("GET", "/v2/a/tags/list?n=1000"): answer}) as registry:
        binary.configure({"auths": {registry.host: {"username": "me", "password": "pass-42"}}})
        assert values(binary, "inspect", f"{registry.host}/a:") == [f"{registry.host}/a:v1"]


@pytest.fixture
def keeper(token_app, binary):
    """A helper that knows the password of the registry, and is configured in credsStore."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    token_app.push("v1-arm64")
    helper = install_helper(binary, "keeper")
    helper.add_credential(token_app.host, READER)
    binary.configure({"credsStore": "keeper"})
    return helper


@pytest.mark.parametrize("is_known", [True, False])
def test_a_credential_helper_is_called_once(token_app, binary, is_known):
    """It may open a window. If it has no password, the next TAB does not call it again either."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    helper = install_helper(binary, "keeper")
    if is_known:
        helper.add_credential(token_app.host, READER)
    binary.configure({"credsStore": "keeper"})
    token_app.push("v1-arm64")
    for _ in range(3):
        found = values(binary, "publish", token_app.at("v1"), "")
        assert found == (["v1-arm64"] if is_known else [])
    assert helper.calls == [f"get {token_app.host}"]


_REQUIRES_A_PASSWORD = Answer(401, headers={"WWW-Authenticate": 'Basic realm="x"'})


def slow_helper(plugin, seconds):
    """A helper that records its calls in `home/calls`, and then sleeps."""
    script = plugin.bin / "docker-credential-slow"
    script.write_text(
        f"#!/bin/sh\necho call >>{plugin.home}/calls\necho noise >&2\n"
        f"if true </dev/tty; then echo terminal >>{plugin.home}/calls; fi\nsleep {seconds}\n"
    )
    script.chmod(0o755)
    return script


def test_completion_does_not_wait_for_a_slow_helper(binary):
    """No second one is started, for any name, and it cannot use the terminal."""
    slow_helper(binary, 4)
    binary.configure({"credsStore": "slow"})
    names = ["slow", "slow", "other"]
    answers = {("GET", f"/v2/{name}/tags/list?n=1000"): _REQUIRES_A_PASSWORD for name in names}
    with StubRegistry(answers) as registry:
        for name in names:
            start = time.monotonic()
            assert values(binary, "inspect", f"{registry.host}/{name}:") == []
            assert time.monotonic() - start < 1
    assert "docker-credenti" in running(), "the helper keeps running, and its window stays open"
    assert (binary.home / "calls").read_text() == "call\n"
    wait_for(lambda: "docker-credenti" not in running(), "the helper has ended")


def test_no_helper_is_called_while_another_one_is_running(token_app, binary, keeper):
    """The other one may have an open window, no matter who started it."""
    script = slow_helper(binary, 30)
    other = subprocess.Popen(
        [script], env=binary.environment, stderr=subprocess.DEVNULL, start_new_session=True,
    )
    wait_for((binary.home / "calls").exists, "the helper is running")
    try:
        assert values(binary, "inspect", f"{token_app.name}:") == []
    finally:
        os.killpg(other.pid, signal.SIGKILL)
        other.wait()
    expire_cache(binary)
    assert values(binary, "inspect", f"{token_app.name}:") == [token_app.at("v1-arm64")]


def test_a_zombie_helper_does_not_count_as_running(token_app, binary, keeper):
    script = slow_helper(binary, 0)
    other = subprocess.Popen([script], env=binary.environment, stderr=subprocess.DEVNULL)
    state = Path(f"/proc/{other.pid}/stat")
    wait_for(lambda: state.read_text().rpartition(")")[2].split()[0] == "Z", "the helper has ended")
    assert values(binary, "inspect", f"{token_app.name}:") == [token_app.at("v1-arm64")]
    other.wait()


def test_no_helper_is_called_without_a_cache(token_app, binary, keeper):
    name = f"{token_app.name}:"
    for directory in ("/proc/nowhere", "relative", b"/caf\xe9"):
        assert values(binary, "inspect", name, environment={"XDG_CACHE_HOME": directory}) == []
    assert keeper.calls == []
    assert values(binary, "inspect", name) == [token_app.at("v1-arm64")]


def test_a_helper_with_a_password_is_called_for_the_next_repository(token_app, binary, keeper):
    assert values(binary, "inspect", f"{token_app.name}-other:") == []
    assert values(binary, "inspect", f"{token_app.name}:") == [token_app.at("v1-arm64")]
    assert len(keeper.calls) == 2


def test_the_cache_depends_on_insecure(binary, plain_registry):
    """Without the option, the registry cannot be reached, and this is cached."""
    app = Repository(plain_registry, "test/insecure-completion", address=NON_LOOPBACK)
    app.push("v1-arm64")
    assert values(binary, "inspect", f"{app.name}:") == []
    assert values(binary, "inspect", "--insecure", f"{app.name}:") == [app.at("v1-arm64")]


def test_a_helper_that_does_not_read_its_input(token_app, binary):
    """An earlier version of the program ended together with this helper."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    script = binary.bin / "docker-credential-broken"
    script.write_text("#!/bin/sh\nexit 2\n")
    script.chmod(0o755)
    binary.configure({"credsStore": "broken"})
    for number in range(20):
        assert values(binary, "inspect", f"{token_app.name}-{number}:") == []


@pytest.mark.parametrize("which", ["registry", "engine", "both"])
def test_a_silent_server_is_given_up_after_a_second(app, plugin, which):
    """The server accepts connections and sends nothing."""
    app.push("v1-arm64")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        name = app.name if which == "engine" else f"{address}/a"
        engine = {} if which == "registry" else {"DOCKER_HOST": f"tcp://{address}"}
        start = time.monotonic()
        found = values(plugin, "inspect", f"{name}:", environment=engine)
        assert time.monotonic() - start < 1.2
        silent.settimeout(5)
        silent.accept()[0].close()  # It was asked.
    assert found == ([app.at("v1-arm64")] if which == "engine" else [])


def test_invalid_settings_print_nothing(app, plugin):
    app.push("v1-arm64")
    plugin.configure_daemon("{ not json")
    assert values(plugin, "inspect", f"{app.name}:") == [app.at("v1-arm64")]
    (plugin.config_dir / "config.json").write_text("{ not json either")
    found = values(plugin, "inspect", "")
    assert found == []


def test_local_images_are_completed(app, plugin, tmp_path):
    app.push("v1-arm64")
    with Engine(tmp_path / "engine") as engine:
        engine.add_image(app.at("v1-s390x"))
        engine.add_image("harbor.example.com/test/other:v2")
        known = {"environment": engine.environment}
        found, _ = complete(plugin, "inspect", "harbor.example.com/te", **known)
        assert found == {"harbor.example.com/test/other:v2": "local image"}
        assert values(plugin, "publish", app.at("v1"), "", **known) == ["v1-arm64", "v1-s390x"]
        assert values(plugin, "inspect", f"{app.name}:", **known) == [
            app.at("v1-arm64"), app.at("v1-s390x"),
        ]


def page(tags, link=None):
    names = ",".join(f'"{tag}"' for tag in tags)
    return Answer(200, f'{{"name":"a","tags":[{names}]}}'.encode(), {"Link": link} if link else {})


def test_all_pages_of_tags_are_read(binary):
    """The links have different forms. The last one names another host, which gets no request."""
    first = "/v2/a/tags/list?n=1000"
    with StubRegistry({}) as other, StubRegistry({
        ("GET", first): page(["a"], '</v2/a/tags/list?last=a&n=1000>; rel="next"'),
        ("GET", "/v2/a/tags/list?last=a&n=1000"): page(["b"], '<?last=b>; rel="next"'),
        ("GET", "/v2/a/tags/list?last=b"): page(
            ["c"], f'<{other.url}/v2/a/tags/list?last=c>; rel="next"'
        ),
        ("GET", "/v2/a/tags/list?last=c"): page(["d", "not a tag"]),
    }) as registry:
        found = values(binary, "inspect", f"{registry.host}/a:")
        assert found == [f"{registry.host}/a:{tag}" for tag in "abcd"]
        assert other.requests == []


def test_endless_pages_are_not_followed_forever(binary):
    """Each page links to itself. The limit on tags or the time limit ends this."""
    link = '</v2/a/tags/list?n=1000>; rel="next"'
    with StubRegistry({("GET", "/v2/a/tags/list?n=1000"): page(["a"] * 1000, link)}) as registry:
        start = time.monotonic()
        assert values(binary, "inspect", f"{registry.host}/a:") in ([f"{registry.host}/a:a"], [])
        assert time.monotonic() - start < 1
        assert len(registry.requests) <= 10


@pytest.mark.parametrize("answer", [
    Answer(200, b"not json"), Answer(200, b'{"tags":null}'), Answer(200, b'{"tags":[1]}'),
    Answer(500), Answer(404), page(["a"], "</elsewhere>; rel=next"),
])
def test_invalid_answers_give_no_tags(binary, answer):
    with StubRegistry({("GET", "/v2/a/tags/list?n=1000"): answer}) as registry:
        found = values(binary, "inspect", f"{registry.host}/a:")
        assert found == ([f"{registry.host}/a:a"] if b'"a"]' in answer.body else [])


def cache(plugin):
    return plugin.home / ".cache/docker-manifestx"


def expire_cache(plugin):
    """Makes all cache entries too old."""
    for file in cache(plugin).iterdir():
        os.utime(file, (time.time() - 31,) * 2)


def running():
    """The names of all running programs (the system shortens them)."""
    names = set()
    for comm in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            names.add(comm.read_text().strip())
    return names
