"""doctor with registries: each step of the connection, and what the credentials allow."""

import json
import socket
import ssl

import pytest

from support.certs import DAY, Authority
from support.credentials import auth
from support.repository import NON_LOOPBACK, Repository
from support.stub_registry import Answer, StubRegistry
from support.users import NO_ACCESS, PUBLISHER, READER, User

NAME = "hostile.example.com"


def checks(result):
    """The lines of each check: (state, text, advice), by name. Only the first of several with one name."""
    found, current = {}, None
    for line in result.stdout.splitlines():
        if line.startswith(" "):
            current[2].append(line.strip())
        else:
            state, name, text = line[:7].strip(), line[9:20].strip(), line[22:]
            current = (state, text, [])
            found.setdefault(name, current)
    return found


def doctor(plugin, *arguments, code=0, **options):
    result = plugin.attempt("doctor", "--timeout", "2s", *arguments, **options)
    assert result.returncode == code, result.output
    return checks(result)


def states(found, *names):
    return [found[name][0] for name in names]


@pytest.fixture
def app(token_app):
    """A repository in the registry with tokens and TLS, with one image."""
    token_app.push("v1")
    return token_app


@pytest.fixture
def trusting(binary, app, authority):
    """The plugin on a machine that trusts the registry."""
    binary.trust(app.host, authority.ca_file)
    return binary


def log_in(plugin, host, user):
    plugin.configure({"auths": {host: auth(user)}})
    (plugin.config_dir / "config.json").chmod(0o600)


def test_everything_is_right(app, plugin, authority, token_server):
    plugin.trust(app.host, authority.ca_file)
    log_in(plugin, app.host, PUBLISHER)
    mark, token_mark = app.registry.log.mark(), token_server.mark()
    result = plugin.run("doctor", app.at("v1"))
    found = checks(result)
    assert {state for state, _, _ in found.values()} == {"ok"}, result.stdout
    assert list(found) == [
        "docker", "plugin", "config.json", "credentials", "daemon.json", "certs.d", "proxy", "DNS", "TCP", "TLS",
        "HTTP", "auth", "pull", "push", "image", "clock", "rate limit", "features",
    ]
    assert "TLSv1.3, signed by manifestx test CA, " in found["TLS"][1]
    assert found["HTTP"][1].startswith("HTTP/2, /v2/ returned 401 in ")
    assert found["auth"][1] == f"Bearer, tokens from {token_server.realm}"
    assert found["credentials"][1] == f'auths["{app.host}"] in ~/.docker/config.json (plain text)'
    assert result.stderr == ""
    assert {r.method for r in app.registry.log.since(mark)} <= {"GET", "HEAD"}
    assert {r.method for r in token_server.since(token_mark)} == {"GET"}


@pytest.mark.parametrize("user, code, expected", [
    (READER, 0, {"pull": "ok", "push": "warning"}),
    (NO_ACCESS, 1, {"pull": "failure", "push": "skipped"}),
    (User("publisher", "not-this-password"), 1, {"pull": "failure", "push": "skipped"}),
    (None, 1, {"pull": "failure", "push": "skipped"}),
])
def test_what_the_credentials_allow(app, trusting, token_server, user, code, expected):
    if user:
        log_in(trusting, app.host, user)
    mark = token_server.mark()
    found = doctor(trusting, app.name, code=code)
    assert {name: found[name][0] for name in expected} == expected
    problem = "push" if user == READER else "pull"
    assert found[problem][2][-1].endswith(f"docker login {app.host}")
    assert [r.status for r in token_server.since(mark)].count(401) <= 1, "a wrong password is sent once"
    if code == 0:
        assert found["push"][1] == f"{app.name}: the token does not allow pushing"


@pytest.mark.parametrize("user, state", [(PUBLISHER, "ok"), (User("publisher", "not-this-password"), "failure")])
def test_password_is_checked_for_a_registry(basic_registry, authority, binary, user, state):
    host = f"{NON_LOOPBACK}:{basic_registry.port}"
    binary.trust(host, authority.ca_file)
    log_in(binary, host, user)
    found = doctor(binary, host, code=0 if state == "ok" else 1)
    assert found["login"][0] == state
    assert found["auth"][1] == "Basic, realm manifestx test"
    assert "pull" not in found


def test_anonymous_user_of_a_registry(app, trusting):
    found = doctor(trusting, app.host)
    assert found["login"] == ("skipped", "no credentials are stored", [f"To log in: docker login {app.host}"])


def in_environment(auths):
    return {"DOCKER_AUTH_CONFIG": json.dumps(auths)}


FOREIGN = {"auths": {"other.example.com": {"username": "u"}}, "credHelpers": {"x.example.com": "ecr-login"}}


def test_credentials_that_cannot_be_used_on_an_open_registry(plain_registry, path, binary):
    """As for the other commands, this matters only where the registry requires credentials."""
    open_app = Repository(plain_registry, path)
    open_app.push("v1")
    name = open_app.at("v1")
    found = doctor(binary, name, environment=in_environment(FOREIGN))
    assert found["credentials"][:2] == ("warning", "none stored")
    assert [line.partition(" ")[2].split()[0] for line in found["credentials"][2]] == [
        "credHelpers", 'auths["other.example.com"].auth']
    assert states(found, "pull", "image") == ["ok", "ok"]
    binary.configure({"credsStore": "nowhere"})
    found = doctor(binary, name)
    assert found["credentials"][:2] == ("warning", f"the credentials for {plain_registry.host} cannot be read")
    assert states(found, "pull", "image") == ["ok", "ok"]


def test_credentials_that_cannot_be_used_on_a_registry_that_requires_them(app, trusting):
    found = doctor(trusting, app.host, environment=in_environment(FOREIGN))
    assert found["login"][:2] == ("skipped", "no credentials are stored")
    trusting.configure({"credsStore": "nowhere"})
    found = doctor(trusting, app.host, code=1)
    assert found["login"][:2] == ("failure", f"the credentials for {app.host} cannot be read")
    assert found["login"][2][-1].startswith("Install it, or remove that setting and run docker login")
    assert doctor(trusting, app.name, code=1)["pull"][0] == "failure"


def test_missing_image_and_repository(app, trusting):
    log_in(trusting, app.host, PUBLISHER)
    found = doctor(trusting, app.at("v2"))
    assert found["image"] == ("warning", f"{app.at('v2')} does not exist", [f"To push it: docker push {app.at('v2')}"])
    missing = f"{app.name}@sha256:{'0' * 64}"
    assert doctor(trusting, missing)["image"] == ("warning", f"{missing} does not exist", []), "no push to a digest"
    found = doctor(trusting, f"{app.host}/test/other")
    assert found["pull"][0] == "warning"
    assert "image" not in found


@pytest.fixture
def other_ca(tmp_path):
    return Authority(tmp_path / "other", "other test CA")


@pytest.mark.parametrize("problem, state, text, advice", [
    ("expired", "failure", "has expired", "It was valid until 20"),
    ("soon", "warning", " days left", "must renew its certificate before 20"),
    ("unknown", "failure", "unknown authority", "It is signed by CN = other test CA"),
    ("name", "failure", "another host name", "It is for else.example.com"),
])
def test_certificate(authority, other_ca, binary, problem, state, text, advice):
    certificate = {
        "expired": lambda: authority.server(names=(NAME,), ends_in=-1 * DAY),
        "soon": lambda: authority.server(names=(NAME,), ends_in=5 * DAY),
        "unknown": lambda: other_ca.server(names=(NAME,)),
        "name": lambda: authority.server(names=("else.example.com",)),
    }[problem]()
    with StubRegistry({("GET", "/v2/"): Answer(200)}, certificate) as server:
        host = f"{NAME}:{server.port}"
        binary.trust(host, authority.ca_file)
        found = doctor(binary, host, code=1 if state == "failure" else 0)
        assert found["TLS"][0] == state
        assert text in found["TLS"][1]
        assert advice in found["TLS"][2][0]
        if state == "failure":
            assert server.requests == [], "nothing is sent to a server that is not trusted"
            assert found["HTTP"] == ("skipped", "not checked: TLS failed", [])
            assert found["clock"] == found["HTTP"]


@pytest.mark.parametrize("by", ["setting", "option", "loopback"])
def test_insecure_registry(authority, binary, by):
    certificate = authority.server()
    with StubRegistry({("GET", "/v2/"): Answer(200)}, certificate) as server:
        host = f"{'127.0.0.1' if by == 'loopback' else NON_LOOPBACK}:{server.port}"
        if by == "setting":
            file = binary.configure_daemon({"insecure-registries": [host]})
        found = doctor(binary, *(["--insecure"] if by == "option" else []), host)
    state, text, advice = found["TLS"]
    if by == "loopback":
        assert (state, text) == ("ok", "TLSv1.3, certificate not trusted (a loopback address)")
        return
    assert (state, text) == ("warning", "TLSv1.3, certificate not trusted")
    reason = "--insecure" if by == "option" else f"“{host}” in insecure-registries of {file}"
    assert advice[0] == "Its certificate is signed by an unknown authority"
    assert advice[1] == f"Allowed by: {reason}"
    if by == "setting":
        assert f"{host} is insecure" in found["daemon.json"][1]


def test_name_with_a_loopback_address_and_another_one(binary):
    """Passwords may go to the address that is not loopback."""
    file = binary.configure_daemon({"insecure-registries": ["198.51.100.0/24"]})
    with StubRegistry({("GET", "/v2/"): Answer(200)}) as server:
        found = doctor(binary, f"split.example.com:{server.port}")
    assert found["TLS"][:2] == ("warning", "plain HTTP, without TLS")
    assert found["TLS"][2][0] == f"Allowed by: “198.51.100.0/24” in insecure-registries of {file}"


def test_tls_handshake_of_an_insecure_registry_fails(authority, binary):
    """A server with TLS is not said to use plain HTTP. TLS 1.2 is the last version whose handshake says so."""
    def require_client_certificate(context):
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(authority.ca_file)
        context.maximum_version = ssl.TLSVersion.TLSv1_2

    certificate = authority.server(names=(NAME,))
    with StubRegistry({}, certificate, adjust_tls=require_client_certificate) as server:
        host = f"{NAME}:{server.port}"
        binary.trust(host, authority.ca_file)
        binary.configure_daemon({"insecure-registries": [host]})
        found = doctor(binary, host, code=1)
    state, text, advice = found["TLS"]
    assert state == "warning" and text.startswith(f"the TLS handshake with {host} failed: ")
    assert advice[-1].startswith(f"Plain HTTP is tried next. Allowed by: “{host}” in insecure-registries")
    assert found["HTTP"][0] == "failure"


def test_plain_http(plain_registry, non_loopback_app, binary):
    found = doctor(binary, plain_registry.host)
    assert found["TLS"][:2] == ("ok", "plain HTTP, without TLS (a loopback address)")
    assert found["HTTP"][1].startswith("HTTP/1.1, /v2/ returned 200")
    assert found["auth"][1] == "not required"
    found = doctor(binary, non_loopback_app.name, code=1)
    assert found["TLS"][1] == f"{non_loopback_app.host} does not use TLS (https) on this port"
    found = doctor(binary, "--insecure", non_loopback_app.name)
    assert found["TLS"][:2] == ("warning", "plain HTTP, without TLS")
    assert found["push"][:2] == ("skipped", "not known without writing: there is no token that would say it")


def test_name_and_port(binary):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    found = doctor(binary, "no-such-name.example.com", code=1)
    assert found["DNS"][0] == "failure"
    assert "cannot resolve the host name no-such-name.example.com: " in found["DNS"][1]
    assert states(found, "TCP", "TLS", "HTTP", "auth", "login", "clock") == ["skipped"] * 6
    found = doctor(binary, f"registry.example.com:{port}", code=1)
    assert found["DNS"][:2] == ("ok", "registry.example.com: 198.51.100.1")
    assert found["TCP"][:2] == ("failure", f"cannot connect to registry.example.com:{port}: connection refused")
    assert found["TLS"][1] == "not checked: TCP failed"


def test_name_with_an_address_that_does_not_work(authority, binary):
    certificate = authority.server(names=("split.example.com",))
    answers = {("GET", "/v2/"): Answer(200)}
    with StubRegistry(answers, certificate, address=("198.51.100.43", 0)) as server:
        host = f"split.example.com:{server.port}"
        binary.trust(host, authority.ca_file)
        found = doctor(binary, host)
    state, text, advice = found["TCP"]
    assert state == "warning" and text.startswith(f"198.51.100.43:{server.port} connected in ")
    assert advice[0] == f"127.0.0.1:{server.port}: connection refused"


def test_report_for_programs(app, trusting):
    log_in(trusting, app.host, READER)
    report = json.loads(trusting.run("doctor", "--format", "json", app.at("v1")).stdout)
    assert report["formatVersion"] == 1
    assert report["registry"] == app.host
    assert report["name"] == app.at("v1")
    assert report["complete"] is True
    assert report["result"] == "warning"
    [tls] = [check for check in report["checks"] if check["name"] == "TLS"]
    assert tls["details"]["version"] == "TLSv1.3"
    assert tls["details"]["daysLeft"] in ("29", "30")
    assert NON_LOOPBACK in tls["details"]["names"]
    [push] = [check for check in report["checks"] if check["name"] == "push"]
    assert push["state"] == "warning"
    assert push["details"]["granted"] == "pull"
    assert push["advice"] == [f"Ask its owner for access, or use another account: docker login {app.host}"]
