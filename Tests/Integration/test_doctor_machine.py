"""doctor and this machine: docker, its plugins, its settings; time limits and interruptions."""

import json
import os
import shutil
import signal
import socket

import pytest

from Integration.test_doctor import checks, doctor, log_in
from support.credentials import install_script
from support.process import is_alive
from support.raw_server import RawServer
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER
from support.waiting import wait_for


def test_machine_alone(plugin):
    result = plugin.run("doctor")
    found = checks(result)
    assert list(found) == ["docker", "plugin", "config.json", "daemon.json", "certs.d", "proxy"]
    assert {state for state, _, _ in found.values()} == {"ok"}, result.stdout
    assert found["plugin"][1].endswith(", ~/.docker/cli-plugins/docker-manifestx")


def install_docker(plugin, output):
    script = plugin.bin / "docker"
    script.write_text(f"#!/bin/sh\necho '{output}'\n")
    script.chmod(0o755)
    return script


def test_old_docker(binary):
    script = install_docker(binary, "Docker version 20.10.24+dfsg1, build 297e128")
    state, text, advice = doctor(binary)["docker"]
    assert (state, text) == ("warning", f"20.10.24+dfsg1, ~/{script.relative_to(binary.home)}: older than recommended")
    assert [word in line for word, line in zip(("complete", "hooks"), advice)] == [True, True]
    install_docker(binary, "podman version 5.4.0")
    assert "is another program: podman version 5.4.0" in doctor(binary)["docker"][1]


def test_docker_that_does_not_answer(binary):
    script = binary.bin / "docker"
    script.write_text(f"#!/bin/sh\necho $$ >{binary.home}/pid\nexec sleep 60\n")
    script.chmod(0o755)
    result = binary.attempt("doctor", "--timeout", "300ms")
    assert checks(result)["docker"][0] == "failure"
    assert "plugin" in checks(result)
    assert not is_alive(int((binary.home / "pid").read_text()))


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\nkill -9 $$\n", b"#!/bin/sh\necho '{}'\n",
                                     b'#!/bin/sh\necho \'{"SchemaVersion": "9.9", "Vendor": "x"}\'\n', "other architecture"])
def test_copy_that_docker_cannot_run(binary, content):
    own = binary.config_dir / "cli-plugins/docker-manifestx"
    target = own.resolve()
    own.unlink()
    if isinstance(content, str):
        # The machine of an ELF header (e_machine) that is not this one's.
        content = bytearray(target.read_bytes()[:4096])
        content[18] ^= 0xFF
    own.write_bytes(content)
    own.chmod(0o755)
    assert binary.spawn(["docker", "manifestx", "version"]).returncode != 0
    state, text, advice = doctor(binary, code=1)["plugin"]
    assert (state, text) == ("failure", "docker cannot run ~/.docker/cli-plugins/docker-manifestx")
    assert advice[-1] == f"Remove it, or replace it: cp {target} {own}"


def test_directory_in_the_place_of_the_plugin(binary):
    """docker makes one where a file that is to be mounted is missing, and tries to run it."""
    extra = binary.home / "plugins/docker-manifestx"
    extra.mkdir(parents=True)
    binary.configure({"cliPluginsExtraDirs": [str(extra.parent)]})
    assert binary.spawn(["docker", "manifestx", "version"]).returncode != 0
    state, text, advice = doctor(binary, code=1)["plugin"]
    assert (state, text) == ("failure", "docker cannot run ~/plugins/docker-manifestx")
    assert advice[-1] == f"It is a directory. Give it another name: mv {extra} {extra}.old"


@pytest.mark.parametrize("kind", ["other", "not-executable", "none", "hidden"])
def test_copies_of_the_plugin(binary, kind):
    own = binary.config_dir / "cli-plugins/docker-manifestx"
    extra = binary.home / "plugins/docker-manifestx"
    extra.parent.mkdir()
    directories = [str(extra.parent)]
    if kind == "none":
        own.unlink()
    else:
        first, second = (own, extra) if kind == "hidden" else (extra, own)
        if kind == "hidden":
            directories.insert(0, str(own.parent))
        other = second if kind == "hidden" else first
        metadata = '{"SchemaVersion": "0.1.0", "Vendor": "x", "Version": "0.0.7"}'
        other.write_text(f"#!/bin/sh\necho '{metadata}'\n")
        other.chmod(0o644 if kind == "not-executable" else 0o755)
    binary.configure({"cliPluginsExtraDirs": directories})
    found = doctor(binary, code=1 if kind == "not-executable" else 0)
    state, text, advice = found["plugin"]
    if kind == "other":
        assert (state, text) == ("warning", "docker runs another copy: ~/plugins/docker-manifestx, version 0.0.7")
    elif kind == "not-executable":
        assert (state, text) == ("failure", "docker cannot run ~/plugins/docker-manifestx")
        assert advice == [f"Make it executable: chmod +x {extra}"]
        docker = binary.spawn(["docker", "manifestx", "version"])
        assert docker.returncode != 0, "docker does not look for another copy"
    elif kind == "none":
        assert state == "warning" and text.startswith("docker does not have this plugin")
    else:
        assert (state, text) == ("warning", "~/.docker/cli-plugins/docker-manifestx hides another copy")
        assert advice[0] == f"It comes before {extra}, version 0.0.7"


def test_config_json_that_others_can_read(binary):
    file = binary.config_dir / "config.json"
    log_in(binary, "harbor.example.com", PUBLISHER)
    assert doctor(binary)["config.json"][:2] == ("ok", "~/.docker/config.json")
    file.chmod(0o644)
    assert doctor(binary)["config.json"] == (
        "warning", "~/.docker/config.json has passwords, and others can read it (mode 644)", [f"chmod 600 {file}"],
    )
    binary.configure({"auths": {"harbor.example.com": {}}, "credsStore": ""})
    assert doctor(binary)["config.json"][0] == "ok", "an empty entry is no password"


@pytest.mark.parametrize("content, words", [
    ("{not json", "invalid JSON"),
    ({"auths": {"harbor.example.com": {"auth": 1}}}, 'auths["harbor.example.com"].auth must be a string'),
    ({"auths": {"harbor.example.com": {"auth": "***"}}}, "is not base64"),
    ({"credHelpers": []}, "credHelpers"),
])
def test_config_json_that_cannot_be_used(binary, content, words):
    if isinstance(content, str):
        (binary.config_dir / "config.json").write_text(content)
    else:
        binary.configure(content)
    state, text, advice = doctor(binary, code=1)["config.json"]
    assert state == "failure" and words in text and advice


def test_config_json_that_cannot_be_opened(binary):
    (binary.config_dir / "config.json").mkdir()
    state, text, _ = doctor(binary, code=1)["config.json"]
    assert state == "failure" and "config.json" in text


def test_missing_helper(binary):
    binary.configure({"credHelpers": {"harbor.example.com": "nowhere"}})
    state, text, advice = doctor(binary)["config.json"]
    setting = 'credHelpers["harbor.example.com"]'
    assert (state, text) == ("warning", f"docker-credential-nowhere ({setting}) is not in PATH")
    assert advice == [f"Install it, or remove {setting} from {binary.config_dir}/config.json"]
    found = doctor(binary, "harbor.example.com", code=1)
    assert found["credentials"][0] == "warning"


def test_daemon_json(binary):
    binary.configure_daemon("{not json")
    state, text, _ = doctor(binary)["daemon.json"]
    assert state == "warning" and "invalid JSON" in text
    binary.configure_daemon({"insecure-registries": ["harbor.example.com"]})
    text = doctor(binary, "harbor.example.com:8443", code=1)["daemon.json"][1]
    assert text == "~/root/etc/docker/daemon.json: “harbor.example.com” is insecure, harbor.example.com:8443 is not"

    binary.configure_daemon({"insecure-registries": ["HTTP://harbor.example.com"]})
    text = doctor(binary, "harbor.example.com:8443", code=1)["daemon.json"][1]
    assert text.endswith(": “HTTP://harbor.example.com” is insecure, harbor.example.com:8443 is not")
    binary.configure_daemon({"insecure-registries": ["192.0.2.0/24", "10.0.0.0/8"]})
    text = doctor(binary, "harbor.example.com:8443", code=1)["daemon.json"][1]
    assert text.endswith(
        ": harbor.example.com:8443 is insecure if all its addresses are in “192.0.2.0/24”, “10.0.0.0/8”")


def test_certs_d(binary, authority):
    directory = binary.docker_dir / "certs.d/harbor.example.com"
    binary.trust("harbor.example.com", authority.ca_file)
    assert doctor(binary)["certs.d"][1] == "ca.crt in ~/root/etc/docker/certs.d/harbor.example.com"
    (directory / "client.cert").write_text("")
    shutil.copy(authority.ca_file, directory / "other.pem")
    result = binary.run("doctor")
    lines = [line for line in result.stdout.splitlines() if line.startswith("warning  certs.d")]
    assert len(lines) == 2
    assert "client.key is missing" in lines[0] and "other.pem is ignored" in lines[1]


@pytest.mark.parametrize("words", [[], ["docker.io"]], ids=["all", "docker.io"])
def test_certs_d_of_docker_hub(binary, authority, words):
    """Its directory has the name of the host of its API."""
    if words:
        assert doctor(binary, *words, code=1)["certs.d"][:2] == ("ok", "none for registry-1.docker.io")
    binary.trust("docker.io", authority.ca_file)
    state, text = doctor(binary, *words, code=1 if words else 0)["certs.d"][:2]
    assert state == "warning"
    assert "certs.d/docker.io is ignored: for Docker Hub, only " in text
    assert text.endswith("/certs.d/registry-1.docker.io is read")


def test_proxy(binary):
    proxy = {"HTTPS_PROXY": "http://me:proxy-secret-4711@proxy.example.com:9"}
    binary.secrets.append(("me", "proxy-secret-4711"))
    found = doctor(binary, "registry.example.com", code=1, environment=proxy)
    assert found["proxy"][:2] == ("ok", "http://proxy.example.com:9 (with a name and a password)")
    assert found["DNS"][:2] == ("ok", "proxy.example.com: 198.51.100.42")
    assert found["TCP"][1] == "cannot connect to the proxy proxy.example.com:9: connection refused"
    excepted = {**proxy, "NO_PROXY": ".example.com"}
    assert doctor(binary, "registry.example.com", code=1, environment=excepted)["proxy"][1] == (
        "none for registry.example.com"
    )
    # Without a host, the password would be taken for the port.
    for value in ("ftp://proxy.example.com", "http://me:proxy-secret-4711"):
        found = doctor(binary, code=1, environment={"HTTPS_PROXY": value})
        assert found["proxy"][0] == "failure" and "must be the URL of a proxy" in found["proxy"][1]


def test_proxy_for_plain_http_alone(binary):
    found = doctor(binary, "registry.example.com:9", code=1, environment={"HTTP_PROXY": "ftp://proxy.example.com"})
    assert found["proxy"][0] == "ok", "a registry with TLS does not need it"
    with StubRegistry({("GET", "http://registry.example.com:9/v2/"): Answer(200, b"{}")}) as proxy:
        found = doctor(binary, "--insecure", "registry.example.com:9", environment={"HTTP_PROXY": proxy.host})
        assert found["TCP"][0] == "ok" and found["TCP"][1].endswith(" ms (the proxy for plain HTTP)")
        assert found["TLS"][1] == "plain HTTP, without TLS" and found["HTTP"][0] == "ok"


def test_server_that_says_nothing(binary):
    """Each check has a time limit: a connection without TLS, then one without a response, then a helper."""
    with socket.create_server(("", 0)) as server:
        host = f"registry.example.com:{server.getsockname()[1]}"
        result = binary.attempt("doctor", "--timeout", "300ms", host)
        assert checks(result)["TCP"][0] == "ok"
        assert checks(result)["TLS"][0] == "failure"
        assert result.seconds < 3
    with RawServer(lambda request, send: server_waits.wait(5)) as server:
        server_waits = server.ended
        result = binary.attempt("doctor", "--timeout", "300ms", server.host)
        assert checks(result)["TLS"][0] == "ok"
        assert checks(result)["HTTP"][0] == "failure"
        assert result.seconds < 3
    install_script(binary, "slow", "sleep 60")
    binary.configure({"credsStore": "slow"})
    result = binary.attempt("doctor", "--timeout", "300ms", "registry.example.com")
    assert checks(result)["credentials"][:2] == ("failure", "no result within 300 ms")
    assert result.seconds < 5


@pytest.mark.parametrize("form", ["text", "json"])
def test_interruption_prints_what_is_known(plugin, form):
    with RawServer(lambda request, send: server.ended.wait(20)) as server:
        command = ["docker", "manifestx"] if plugin.through == "docker" else [str(plugin.binary)]
        process = plugin.start([*command, "doctor", "--format", form, server.host], start_new_session=True)
        wait_for(lambda: server.requests, "the API is asked")
        os.killpg(process.pid, signal.SIGINT)
        result = process.wait()
    assert result.returncode == 130
    assert result.stderr == "Interrupted during the check HTTP.\n"
    if form == "json":
        report = json.loads(result.stdout)
        assert report["complete"] is False
        assert report["checks"][-1]["name"] == "TLS"
    else:
        assert list(checks(result))[-1] == "TLS"


def test_nothing_is_written(binary, plain_registry):
    before = sorted(path for path in binary.home.rglob("*"))
    mark = plain_registry.log.mark()
    doctor(binary, f"{plain_registry.host}/test/app:v1")
    assert sorted(path for path in binary.home.rglob("*")) == before
    assert {request.method for request in plain_registry.log.since(mark)} <= {"GET", "HEAD"}


@pytest.mark.parametrize("text, message", [
    ("https://harbor.example.com", "ERROR: invalid reference"),
    ("localhost:70000", "ERROR: invalid reference"),
    ("oci-layout:///tmp/x", "oci-layout:///tmp/x is an image layout, and doctor checks registries"),
])
def test_invalid_names(binary, text, message):
    assert binary.fail("doctor", text, code=125).stderr.startswith(message)


def test_other_commands_lead_to_it(binary):
    result = binary.fail("inspect", "no-such-name.example.com/test/app:v1")
    line = "  To check each step of the connection: docker manifestx doctor no-such-name.example.com"
    assert line in result.stderr.splitlines()
    assert "docker manifestx doctor" not in binary.attempt("doctor", "no-such-name.example.com").output
