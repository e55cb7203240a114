"""config.json in each state that files get into, and its members that concern requests."""

import json
import os
import pwd
import shutil
import tempfile
from pathlib import Path

import pytest

from support.credentials import auth
from support.gate import fails, inspect
from support.users import PUBLISHER


def told(user):
    return ":".join(user.pair)


@pytest.mark.parametrize("content", ["", "\n", "{}", "\ufeff{}", '\ufeff{"auths": {}}'])
def test_file_that_says_nothing(app, binary, content):
    (binary.config_dir / "config.json").write_text(content)
    image = app.push("one")
    assert image.digest in binary.run("inspect", app.at("one")).stdout


def test_byte_order_mark(gate, binary):
    text = json.dumps({"auths": {gate.host: auth(PUBLISHER)}})
    (binary.config_dir / "config.json").write_text("\ufeff" + text)
    assert inspect(binary, gate) == told(PUBLISHER)


@pytest.mark.parametrize("experimental", ["enabled", True, False, "x"])
def test_what_is_not_about_registries_is_left_alone(gate, binary, experimental):
    binary.configure({
        "experimental": experimental, "psFormat": 5, "plugins": [], "proxies": "none", "x": None,
        "currentContext": "elsewhere", "detachKeys": {}, "auths": {gate.host: auth(PUBLISHER)},
    })
    assert inspect(binary, gate) == told(PUBLISHER)


@pytest.mark.parametrize("config, place", [
    ({"auths": ["value-not-shown"]}, ["auths"]),
    ({"auths": {"HOST": "value-not-shown"}}, ["auths", "HOST"]),
    ({"auths": {"HOST": {"auth": 5}}}, ["auths", "HOST", "auth"]),
    ({"auths": {"HOST": {"identitytoken": ["value-not-shown"]}}}, ["auths", "identitytoken"]),
    ({"credsStore": {"x": "value-not-shown"}}, ["credsStore"]),
    ({"credHelpers": "value-not-shown"}, ["credHelpers"]),
    ({"credHelpers": {"HOST": ["value-not-shown"]}}, ["credHelpers", "HOST"]),
    ({"HttpHeaders": "value-not-shown"}, ["HttpHeaders"]),
    ({"HttpHeaders": {"X-Meta": 5}}, ["HttpHeaders", "X-Meta"]),
    (["value-not-shown"], []),
])
def test_wrong_types_are_named_by_their_place(gate, binary, config, place):
    (binary.config_dir / "config.json").write_text(json.dumps(config).replace("HOST", gate.host))
    error = fails(binary, gate)
    assert str(binary.config_dir / "config.json") in error
    for part in place:
        assert part.replace("HOST", gate.host) in error
    assert "value-not-shown" not in error


@pytest.mark.parametrize("text, line", [('{"auths": {', 1), ('{\n  "auths": {},\n}', 3), ("{]", 1)])
def test_broken_file_is_named_with_the_line(gate, binary, text, line):
    (binary.config_dir / "config.json").write_text(text)
    assert f"{binary.config_dir / 'config.json'}:{line}" in fails(binary, gate)


def test_file_is_a_directory(gate, binary):
    (binary.config_dir / "config.json").mkdir()
    assert str(binary.config_dir / "config.json") in fails(binary, gate)


def test_dangling_link_is_no_file(app, binary):
    (binary.config_dir / "config.json").symlink_to(binary.home / "gone")
    image = app.push("one")
    assert image.digest in binary.run("inspect", app.at("one")).stdout


def test_unreadable_file(gate, binary):
    """As one who may not read it: root without root's privileges over files."""
    binary.configure({"auths": {gate.host: auth(PUBLISHER)}})
    os.chmod(binary.config_dir / "config.json", 0)
    powerless = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    command = [*powerless, str(binary.binary), "inspect", gate.name]
    result = binary.spawn(command)
    assert result.returncode == 1 and result.stdout == ""
    assert str(binary.config_dir / "config.json") in result.stderr
    assert "denied" in result.stderr.lower()


def test_http_headers(gate, binary):
    """Sent to registries, and never in the place of what the protocol needs."""
    binary.configure({"auths": {gate.host: auth(PUBLISHER)}, "HttpHeaders": {
        "X-Meta": "from config", "authorization": "Bearer of-the-config-8128", "HOST": "evil",
        "Content-Type": "text/evil", "content-length": "1", "Content-Encoding": "gzip",
    }})
    assert inspect(binary, gate) == told(PUBLISHER)
    for request in gate.requests:
        assert request.headers["X-Meta"] == "from config"
        assert request.headers["Host"] == gate.host
        assert "evil" not in str(request.headers) and "8128" not in str(request.headers)
        assert "Content-Encoding" not in request.headers


def test_http_headers_cannot_bring_others_in(gate, binary):
    binary.configure({"HttpHeaders": {"X-Meta": "a\r\nX-Evil: b", "X-Other\r\nX-Evil": "c"}})
    binary.attempt("inspect", gate.name)
    assert all("X-Evil" not in request.headers for request in gate.requests)


# Where there is no HOME, as below cron and systemd.

def start_without_home(plugin, program, gate, *words, **options):
    """Also without the variables that tests use in its place."""
    unset = [word for name in ("HOME", "DOCKER_CONFIG", "MANIFESTX_ROOT") for word in ("-u", name)]
    return plugin.start(["env", *unset, *words, str(program), "--debug", "inspect", gate.name],
                        **options)


@pytest.mark.parametrize("words", [(), ("HOME=",)])
def test_without_home_the_users_own_counts(gate, binary, words):
    result = start_without_home(binary, binary.binary, gate, *words).wait()
    home = pwd.getpwuid(os.getuid()).pw_dir
    assert f"nothing for {gate.host} in {home}/.docker/config.json" in result.stderr
    assert "WARNING" not in result.stderr


@pytest.fixture
def for_all(binary):
    """The program where every user can run it."""
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        yield Path(shutil.copy(binary.binary, directory))


NOBODY = 54321


@pytest.mark.parametrize("directory", [None, "named"])
def test_user_without_a_home(gate, binary, for_all, directory):
    """As in a container that runs under a number: a word, and no file beside the working one."""
    with pytest.raises(KeyError):
        pwd.getpwuid(NOBODY)
    words = []
    if directory:
        named = for_all.parent / directory
        named.mkdir()
        (named / "config.json").write_text(json.dumps({"auths": {gate.host: auth(PUBLISHER)}}))
        words = [f"DOCKER_CONFIG={named}"]
    else:  # Where an empty home would lead to.
        (binary.home / ".docker/config.json").write_text("{")
    result = start_without_home(binary, for_all, gate, *words, user=NOBODY, group=NOBODY).wait()
    assert result.returncode == (0 if directory else 1)
    warnings = [line for line in result.stderr.splitlines() if line.startswith("WARNING: ")]
    if directory:
        assert gate.told == told(PUBLISHER) and warnings == []
    else:
        [warning] = warnings
        assert "DOCKER_CONFIG" in warning and "home" in warning
        assert gate.told is None and f"docker login {gate.host}" in result.stderr
