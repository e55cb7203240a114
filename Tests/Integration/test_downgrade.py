"""Somebody on the way cuts TLS connections: what plain HTTP then gets."""

import pytest

from support.credentials import auth
from support.stub_registry import Answer, Everywhere, StubRegistry
from support.tls_cutter import TLSCutter
from support.users import PUBLISHER

NAME = "registry.example.com"
RANGE = "198.51.100.0/24"


def requires(challenge):
    return Everywhere(Answer(401, b"{}", {"WWW-Authenticate": challenge, "Connection": "close"}))


@pytest.mark.parametrize("command", ["inspect {}/a:v1", "doctor {}"])
def test_after_verified_tls_a_range_allows_no_plain_http(binary, authority, command):
    """inspect has an answer over the first connection. doctor makes it to look at the certificate."""
    secure = StubRegistry(requires("Basic realm=x"), authority.server(NAME))
    with secure, StubRegistry(requires("Basic realm=x")) as plain:
        with TLSCutter(NAME, secure.host, plain.host, lambda number: number == 1) as cutter:
            binary.trust(cutter.host, authority.ca_file)
            binary.configure({"auths": {cutter.host: auth(PUBLISHER)}})
            binary.configure_daemon({"insecure-registries": [RANGE]})
            result = binary.attempt(*command.format(cutter.host).split())
    assert result.returncode != 0 and plain.requests == [], result.output


@pytest.mark.parametrize("entry", ["{}", RANGE])
def test_a_token_server_with_https_gets_no_password_in_plain_http(binary, authority, entry):
    """It is on the host of the registry, which is spoken to in plain HTTP since its first connection was cut."""
    with StubRegistry({}, authority.server(NAME)) as secure, StubRegistry({}) as plain:
        with TLSCutter(NAME, secure.host, plain.host, lambda number: number > 1 + (entry == RANGE)) as cutter:
            plain.answers = requires(f'Bearer realm="https://{cutter.host}/token",service=s')
            secure.answers = Everywhere(Answer(200, b'{"token": "abcd"}'))
            binary.configure({"auths": {cutter.host: auth(PUBLISHER)}})
            binary.configure_daemon({"insecure-registries": [entry.format(cutter.host)]})
            result = binary.attempt("inspect", f"{cutter.host}/a:v1")
    sent = [request.headers.get("Authorization", "")[:6] for request in plain.requests]
    assert sent and set(sent) <= {"", "Bearer"}, result.output
    assert [request.headers["Authorization"][:5] for request in secure.requests] == ["Basic"], result.output
