"""config.json: empty, invalid or unreadable files, and the settings that affect requests."""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from support.credential_recorder import credentials_sent, inspect_error
from support.credentials import auth
from support.users import PUBLISHER


@pytest.mark.parametrize("content", ["", "\n", "{}", "\ufeff{}", '\ufeff{"auths": {}}', "null", "{}\n}"])
def test_empty_file_means_no_settings(app, binary, content):
    (binary.config_dir / "config.json").write_text(content)
    image = app.push("one")
    result = binary.run("inspect", app.at("one"))
    assert image.digest in result.stdout and result.stderr == ""


def test_file_is_read_as_docker_reads_it(recorder, binary):
    """docker reads the first value, and both of two members with one name. Its logout shows what it has read."""
    entries = [json.dumps({"auths": {host: auth(PUBLISHER)}})[1:-1] for host in (recorder.host, "else.example.com")]
    config = binary.config_dir / "config.json"
    config.write_text("{" + ", ".join(entries) + "}\n}\n")
    assert credentials_sent(binary, recorder) == PUBLISHER.user_pass
    logout = ["docker", "--config", binary.config_dir, "logout", "else.example.com"]
    subprocess.run(logout, check=True, stdout=subprocess.DEVNULL, timeout=30)
    assert json.loads(config.read_text())["auths"] == {recorder.host: auth(PUBLISHER)}


def test_byte_order_mark_is_skipped(recorder, binary):
    text = json.dumps({"auths": {recorder.host: auth(PUBLISHER)}})
    (binary.config_dir / "config.json").write_text("\ufeff" + text)
    assert credentials_sent(binary, recorder) == PUBLISHER.user_pass


@pytest.mark.parametrize("experimental", ["enabled", True, False, "x"])
def test_settings_not_about_registries_are_ignored(recorder, binary, experimental):
    binary.configure({
        "experimental": experimental, "psFormat": 5, "plugins": [], "proxies": "none", "x": None,
        "currentContext": "elsewhere", "detachKeys": {}, "auths": {recorder.host: auth(PUBLISHER)},
    })
    assert credentials_sent(binary, recorder) == PUBLISHER.user_pass


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
def test_value_of_the_wrong_type_is_named_by_its_path(recorder, binary, config, place):
    (binary.config_dir / "config.json").write_text(json.dumps(config).replace("HOST", recorder.host))
    error = inspect_error(binary, recorder)
    assert str(binary.config_dir / "config.json") in error
    for part in place:
        assert part.replace("HOST", recorder.host) in error
    assert "value-not-shown" not in error


@pytest.mark.parametrize("text, line", [('{"auths": {', 1), ('{\n  "auths": {},\n}', 3), ("{]", 1)])
def test_broken_file_is_named_with_the_line(recorder, binary, text, line):
    (binary.config_dir / "config.json").write_text(text)
    assert f"{binary.config_dir / 'config.json'}:{line}" in inspect_error(binary, recorder)


def test_directory_in_place_of_the_file_is_an_error(recorder, binary):
    (binary.config_dir / "config.json").mkdir()
    assert str(binary.config_dir / "config.json") in inspect_error(binary, recorder)


@pytest.mark.parametrize("text", ['{"auths": ', '{"auths": 5, "HttpHeaders": 5, "credHelpers": []}'])
def test_broken_file_does_not_matter_to_a_registry_for_everyone(app, binary, text):
    (binary.config_dir / "config.json").write_text(text)
    image = app.push("one")
    result = binary.run("inspect", app.at("one"))
    assert image.digest in result.stdout
    assert f"WARNING: {binary.config_dir / 'config.json'}" in result.stderr


def test_dangling_link_means_no_file(app, binary):
    (binary.config_dir / "config.json").symlink_to(binary.home / "gone")
    image = app.push("one")
    assert image.digest in binary.run("inspect", app.at("one")).stdout


def test_unreadable_file_is_an_error(recorder, binary):
    """Run as root without the capabilities to read every file."""
    binary.configure({"auths": {recorder.host: auth(PUBLISHER)}})
    os.chmod(binary.config_dir / "config.json", 0)
    powerless = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    command = [*powerless, str(binary.binary), "inspect", recorder.name]
    result = binary.spawn(command)
    assert result.returncode == 4 and result.stdout == ""
    assert str(binary.config_dir / "config.json") in result.stderr
    assert "denied" in result.stderr.lower()


@pytest.mark.parametrize("place, end", [("DOCKER_CONFIG", ""), ("--config", ""), ("--config", "/"), ("--config", "/x")])
def test_a_file_in_the_place_of_the_directory_is_named(recorder, binary, place, end):
    """docker warns, too: the credentials of the user are in the file."""
    binary.configure({"auths": {recorder.host: auth(PUBLISHER)}})
    file = str(binary.config_dir / f"config.json{end}")
    variable, option = (["env", f"{place}={file}"], []) if place == "DOCKER_CONFIG" else ([], [place, file])

    def run(*words):
        return binary.spawn([*variable, str(binary.binary), *option, *words])

    reason = f"cannot read {file}/config.json: not a directory"
    advice = "Set DOCKER_CONFIG, or --config, to the directory that contains config.json"
    inspection = run("inspect", recorder.name)
    assert inspection.returncode == 4 and f"WARNING: {reason}" in inspection.stderr and advice in inspection.stderr
    for words in ["hooks", "enable"], ["hooks", "status"]:
        assert run(*words).stderr == f"ERROR: {reason}\n  {advice}\n"
    doctor = run("doctor", recorder.name).stdout
    assert reason in doctor and advice in doctor


def test_a_file_in_the_place_of_certificates_is_named(app, binary):
    app.push("v1")
    directory = binary.home / f"root/etc/docker/certs.d/{app.host}"
    directory.parent.mkdir(parents=True)
    directory.write_text("")
    assert f"{directory}: not a directory" in binary.run("inspect", app.at("v1")).stderr


def test_only_meta_headers_are_sent_to_registries(recorder, binary):
    """The others are for docker's engine, and can be secret."""
    binary.configure({"auths": {recorder.host: auth(PUBLISHER)}, "HttpHeaders": {
        "X-Meta-Team": "from config", "x-meta-LOWER": "too", "X-Metadata": "secret-8128",
        "authorization": "Bearer secret-8128", "HOST": "secret-8128", "Cookie": "session=secret-8128",
        "X-Auth-Token": "secret-8128", "Content-Type": "text/secret-8128", "content-length": "1",
    }})
    assert credentials_sent(binary, recorder) == PUBLISHER.user_pass
    for request in recorder.requests:
        assert request.headers["X-Meta-Team"] == "from config"
        assert request.headers["x-meta-LOWER"] == "too"
        assert request.headers["Host"] == recorder.host
        assert "8128" not in str(request.headers)


@pytest.mark.parametrize("name, value, mistake", [
    ("X-Meta-A", "a\r\nX-Evil: b", "HttpHeaders.X-Meta-A contains line breaks"),
    ("X-Meta-A\r\nX-Evil", "b", "is not a valid name of a header field"),
])
def test_http_headers_cannot_inject_headers(recorder, binary, name, value, mistake):
    binary.configure({"HttpHeaders": {name: value}})
    assert mistake in inspect_error(binary, recorder)
    assert not [request for request in recorder.requests if "X-Evil" in request.headers]


# Without HOME, as under cron and systemd.

def start_without_home(plugin, program, recorder, *words, **options):
    """Also without the variables that tests use instead of it."""
    unset = [word for name in ("HOME", "DOCKER_CONFIG", "MANIFESTX_ROOT") for word in ("-u", name)]
    return plugin.start(["env", *unset, *words, str(program), "--debug", "inspect", recorder.name],
                        **options)


def test_a_directory_that_does_not_exist_is_not_a_missing_home(recorder, binary):
    for words in ["env", "DOCKER_CONFIG=/nonexistent/a", str(binary.binary)], [str(binary.binary), "--config=/nonexistent2"]:
        assert "home directory" not in binary.spawn([*words, "inspect", recorder.name]).stderr


@pytest.mark.parametrize("words", [(), ("HOME=",)])
def test_without_home_the_passwd_entry_is_used(recorder, binary, words):
    result = start_without_home(binary, binary.binary, recorder, *words).wait()
    home = pwd.getpwuid(os.getuid()).pw_dir
    assert f"none found in {home}/.docker/config.json" in result.stderr
    assert "WARNING" not in result.stderr


@pytest.fixture
def shared_binary(binary):
    """The program in a place where every user can run it."""
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        yield Path(shutil.copy(binary.binary, directory))


UNKNOWN_UID = 54321


@pytest.mark.parametrize("directory", [None, "named"])
def test_user_without_a_home_directory(recorder, binary, shared_binary, directory):
    """As in a container with a numeric user: a warning, and no file relative to the working directory."""
    with pytest.raises(KeyError):
        pwd.getpwuid(UNKNOWN_UID)
    words = []
    if directory:
        named = shared_binary.parent / directory
        named.mkdir()
        (named / "config.json").write_text(json.dumps({"auths": {recorder.host: auth(PUBLISHER)}}))
        words = [f"DOCKER_CONFIG={named}"]
    else:  # The file that an empty home would point to.
        (binary.home / ".docker/config.json").write_text("{")
    ids = {"user": UNKNOWN_UID, "group": UNKNOWN_UID}
    result = start_without_home(binary, shared_binary, recorder, *words, **ids).wait()
    assert result.returncode == (0 if directory else 4)
    warnings = [line for line in result.stderr.splitlines() if line.startswith("WARNING: ")]
    if directory:
        assert recorder.credentials == PUBLISHER.user_pass and warnings == []
    else:
        [warning] = warnings
        assert "DOCKER_CONFIG" in warning and "home" in warning
        assert recorder.credentials is None and f"docker login {recorder.host}" in result.stderr
