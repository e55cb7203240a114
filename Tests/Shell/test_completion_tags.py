"""Where completion gets tags from: how often it asks, how long it waits, how it reads pages."""

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


def test_tags_are_asked_for_once(app, binary):
    app.push("v1-arm64")
    mark = app.registry.log.mark()
    first = complete(binary, "inspect", f"{app.name}:")
    app.push("v1-amd64")
    assert complete(binary, "inspect", f"{app.name}:") == first
    assert [r.path for r in app.requests_since(mark) if "/tags/" in r.path] == [
        f"/v2/{app.path}/tags/list?n=1000"
    ]
    forget(binary)
    assert values(binary, "inspect", f"{app.name}:") == [app.at("v1-amd64"), app.at("v1-arm64")]
    assert len(list(cache(binary).iterdir())) == 1, "what is old goes"


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


def test_the_cache_is_where_xdg_says(app, binary, tmp_path):
    app.push("v1-arm64")
    place = tmp_path / "cache of mine"
    found = values(binary, "inspect", f"{app.name}:", environment={"XDG_CACHE_HOME": str(place)})
    assert found
    assert len(list((place / "docker-manifestx").iterdir())) == 1
    assert not cache(binary).exists()


def test_another_login_sees_another_answer(token_app, binary):
    binary.trust(token_app.host, token_app.registry.ca_file)
    token_app.push("v1-arm64")
    assert values(binary, "inspect", f"{token_app.name}:") == []
    binary.configure({"auths": {token_app.host: auth(READER)}})
    assert values(binary, "inspect", f"{token_app.name}:") == [token_app.at("v1-arm64")]


@pytest.fixture
def keeper(token_app, binary):
    """A helper that knows the password of the repository's registry, and is the one that is asked."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    token_app.push("v1-arm64")
    helper = install_helper(binary, "keeper")
    helper.add_credential(token_app.host, READER)
    binary.configure({"credsStore": "keeper"})
    return helper


@pytest.mark.parametrize("is_known", [True, False])
def test_a_credential_helper_is_asked_once(token_app, binary, is_known):
    """It may open a window: also where it is of no help, the next TAB does not ask again."""
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


_ASKS_FOR_A_PASSWORD = Answer(401, headers={"WWW-Authenticate": 'Basic realm="x"'})


def slow_helper(plugin, seconds):
    """Its calls are in `home/calls`; it sleeps under its own name."""
    script = plugin.bin / "docker-credential-slow"
    script.write_text(
        f"#!/bin/sh\necho call >>{plugin.home}/calls\necho noise >&2\n"
        f"if true </dev/tty; then echo terminal >>{plugin.home}/calls; fi\nsleep {seconds}\n"
    )
    script.chmod(0o755)
    return script


def test_a_helper_that_waits_for_somebody(binary):
    """The answer does not wait for it, and no second one is started, for whatever name; nor can it write or ask."""
    slow_helper(binary, 4)
    binary.configure({"credsStore": "slow"})
    names = ["slow", "slow", "other"]
    answers = {("GET", f"/v2/{name}/tags/list?n=1000"): _ASKS_FOR_A_PASSWORD for name in names}
    with StubRegistry(answers) as registry:
        for name in names:
            start = time.monotonic()
            assert values(binary, "inspect", f"{registry.host}/{name}:") == []
            assert time.monotonic() - start < 1
    assert "docker-credenti" in running(), "its window stays where it is"
    assert (binary.home / "calls").read_text() == "call\n"
    wait_for(lambda: "docker-credenti" not in running(), "it has ended")


def test_a_helper_that_is_running(token_app, binary, keeper):
    """Whoever started it: its window may be open."""
    script = slow_helper(binary, 30)
    other = subprocess.Popen(
        [script], env=binary.environment, stderr=subprocess.DEVNULL, start_new_session=True,
    )
    wait_for((binary.home / "calls").exists, "it runs")
    try:
        assert values(binary, "inspect", f"{token_app.name}:") == []
    finally:
        os.killpg(other.pid, signal.SIGKILL)
        other.wait()
    forget(binary)
    assert values(binary, "inspect", f"{token_app.name}:") == [token_app.at("v1-arm64")]


def test_a_helper_that_has_ended(token_app, binary, keeper):
    """Its parent has not asked how yet; that opens no window."""
    script = slow_helper(binary, 0)
    other = subprocess.Popen([script], env=binary.environment, stderr=subprocess.DEVNULL)
    state = Path(f"/proc/{other.pid}/stat")
    wait_for(lambda: state.read_text().rpartition(")")[2].split()[0] == "Z", "it has ended")
    assert values(binary, "inspect", f"{token_app.name}:") == [token_app.at("v1-arm64")]
    other.wait()


def test_no_helper_where_nothing_can_be_remembered(token_app, binary, keeper):
    name = f"{token_app.name}:"
    for nowhere in ("/proc/nowhere", "relative"):
        assert values(binary, "inspect", name, environment={"XDG_CACHE_HOME": nowhere}) == []
    assert keeper.calls == []
    assert values(binary, "inspect", name) == [token_app.at("v1-arm64")]


def test_a_helper_that_answers_is_asked_for_the_next_repository(token_app, binary, keeper):
    assert values(binary, "inspect", f"{token_app.name}-other:") == []
    assert values(binary, "inspect", f"{token_app.name}:") == [token_app.at("v1-arm64")]
    assert len(keeper.calls) == 2


def test_insecure_has_another_answer(binary, plain_registry):
    """Without the option the registry is not reached, which is remembered; with it, it is."""
    app = Repository(plain_registry, "test/insecure-completion", address=NON_LOOPBACK)
    app.push("v1-arm64")
    assert values(binary, "inspect", f"{app.name}:") == []
    assert values(binary, "inspect", "--insecure", f"{app.name}:") == [app.at("v1-arm64")]


def test_a_helper_that_fails_at_once(token_app, binary):
    """It does not even read what it is asked: once, that ended us with it."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    script = binary.bin / "docker-credential-broken"
    script.write_text("#!/bin/sh\nexit 2\n")
    script.chmod(0o755)
    binary.configure({"credsStore": "broken"})
    for number in range(20):
        assert values(binary, "inspect", f"{token_app.name}-{number}:") == []


@pytest.mark.parametrize("which", ["registry", "engine", "both"])
def test_nobody_answers_within_a_second(app, plugin, which):
    """Somebody listens, and says nothing."""
    app.push("v1-arm64")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        name = app.name if which == "engine" else f"{address}/a"
        engine = {} if which == "registry" else {"DOCKER_HOST": f"tcp://{address}"}
        start = time.monotonic()
        found = values(plugin, "inspect", f"{name}:", environment=engine)
        assert time.monotonic() - start < 1
    assert found == ([app.at("v1-arm64")] if which == "engine" else [])


def test_broken_settings_are_no_reason_for_a_word(app, plugin):
    app.push("v1-arm64")
    plugin.configure_daemon("{ not json")
    assert values(plugin, "inspect", f"{app.name}:") == [app.at("v1-arm64")]
    (plugin.config_dir / "config.json").write_text("{ not json either")
    found = values(plugin, "inspect", "")
    assert found == []


def test_local_images(app, plugin, tmp_path):
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


def test_every_page_of_tags(binary):
    """By links in each form; the last one names another host, which is not asked."""
    first = "/v2/a/tags/list?n=1000"
    with StubRegistry({}) as stranger, StubRegistry({
        ("GET", first): page(["a"], '</v2/a/tags/list?last=a&n=1000>; rel="next"'),
        ("GET", "/v2/a/tags/list?last=a&n=1000"): page(["b"], '<?last=b>; rel="next"'),
        ("GET", "/v2/a/tags/list?last=b"): page(
            ["c"], f'<{stranger.url}/v2/a/tags/list?last=c>; rel="next"'
        ),
        ("GET", "/v2/a/tags/list?last=c"): page(["d", "not a tag"]),
    }) as registry:
        found = values(binary, "inspect", f"{registry.host}/a:")
        assert found == [f"{registry.host}/a:{tag}" for tag in "abcd"]
        assert stranger.requests == []


def test_pages_without_end(binary):
    """Each page leads to itself: the limit on tags ends it, or the second does."""
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
def test_strange_answers(binary, answer):
    with StubRegistry({("GET", "/v2/a/tags/list?n=1000"): answer}) as registry:
        found = values(binary, "inspect", f"{registry.host}/a:")
        assert found == ([f"{registry.host}/a:a"] if b'"a"]' in answer.body else [])


def cache(plugin):
    return plugin.home / ".cache/docker-manifestx"


def forget(plugin):
    """What is remembered is too old now."""
    for file in cache(plugin).iterdir():
        os.utime(file, (time.time() - 31,) * 2)


def running():
    """The names of all programs that run, as far as the system keeps them."""
    names = set()
    for comm in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            names.add(comm.read_text().strip())
    return names
