"""Registries without TLS, or with a certificate that cannot be verified: docker's rules.

Loopback is always allowed. NON_LOOPBACK is the address of any other registry: see
`support.repository`.
"""

import pytest

from support.credentials import auth
from support.repository import NON_LOOPBACK, LOOPBACK, Repository
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_needs_no_flag(app, plugin, host):
    words = app.push_pair()
    name = f"{host}:{app.registry.port}/{app.path}:v1"
    assert plugin.publish(name, *words).stdout == f"{app.manifest('v1').digest}\n"


def test_plain_http_off_loopback_is_refused_with_advice(non_loopback_app, plugin):
    words = non_loopback_app.push_pair()
    mark = non_loopback_app.registry.log.mark()
    result = plugin.fail("publish", non_loopback_app.at("v1"), *words)
    for fact in (non_loopback_app.host, "insecure-registries", "--insecure"):
        assert fact in result.stderr
    assert non_loopback_app.registry.log.since(mark) == [], "nothing was sent in plain HTTP"
    assert non_loopback_app.tags() == sorted(words)


def test_plain_http_off_loopback_gets_no_request(plugin):
    with StubRegistry({}) as stub:
        host = stub.host.replace(LOOPBACK, NON_LOOPBACK)
        plugin.configure({"auths": {host: auth(PUBLISHER)}})
        result = plugin.fail("publish", f"{host}/test/app:v1", "v1-arm64")
        assert f"add “{host}” to insecure-registries" in result.stderr
        assert stub.requests == []


@pytest.mark.parametrize("entries", [[], ["198.51.100.0/30"], ["127.0.0.0/8"]])
def test_a_range_that_has_only_one_address_of_a_name_does_not_apply(binary, entries):
    """Whoever answers a DNS query could add an address in the range."""
    with StubRegistry({}) as stub:
        host = stub.host.replace(LOOPBACK, "split.example.com")
        binary.configure({"auths": {host: auth(PUBLISHER)}})
        binary.configure_daemon({"insecure-registries": entries})
        error = binary.fail("inspect", f"{host}/test/app:v1").stderr
        assert f"{host} does not use TLS" in error and "insecure-registries" in error
        assert stub.requests == []


def test_ranges_that_have_all_addresses_of_a_name_apply(binary):
    with StubRegistry({}) as stub:
        host = stub.host.replace(LOOPBACK, "split.example.com")
        binary.configure_daemon({"insecure-registries": ["198.51.100.0/24"]})
        error = binary.fail("inspect", f"{host}/test/app:v1").stderr
        assert "is not in the registry" in error and stub.requests


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_range_of_the_registry_says_nothing_about_its_token_server(binary, authority, scheme):
    """198.51.100.1 is in the range, and the address of the token server is not: it must not get the password."""
    certificate = authority.server(names=("elsewhere.example.com",)) if scheme == "https" else None
    with StubRegistry({}) as stub, StubRegistry({}, certificate) as tokens:
        host = stub.host.replace(LOOPBACK, "registry.example.com")
        realm = f"{scheme}://elsewhere.example.com:{tokens.port}/token"
        challenge = {"WWW-Authenticate": f'Bearer realm="{realm}"'}
        stub.answers["GET", "/v2/test/app/manifests/v1"] = Answer(401, b"{}", challenge)
        binary.configure({"auths": {host: auth(PUBLISHER)}})
        binary.configure_daemon({"insecure-registries": ["198.51.100.1/32"]})
        error = binary.fail("inspect", f"{host}/test/app:v1").stderr
    assert "elsewhere.example.com" in error and "--insecure" in error
    assert stub.requests and tokens.requests == []


@pytest.mark.parametrize("entry", ["{host}", "198.51.100.0/24", "198.51.100.1/32"])
def test_daemon_json_allows_plain_http(non_loopback_app, plugin, entry):
    words = non_loopback_app.push_pair()
    plugin.configure_daemon({"insecure-registries": [entry.format(host=non_loopback_app.host)]})
    result = plugin.publish(non_loopback_app.at("v1"), *words)
    assert result.stdout == f"{non_loopback_app.manifest('v1').digest}\n"


@pytest.mark.parametrize("entry", ["198.51.100.1:1", "10.0.0.0/8", "example.com"])
def test_daemon_json_entry_of_another_host_does_not_apply(non_loopback_app, binary, entry):
    words = non_loopback_app.push_pair()
    binary.configure_daemon({"insecure-registries": [entry]})
    mark = non_loopback_app.registry.log.mark()
    binary.fail("publish", non_loopback_app.at("v1"), *words)
    assert non_loopback_app.registry.log.since(mark) == []


@pytest.mark.parametrize("entry", ["http://{host}/", "{host}/v2"])
def test_daemon_json_entry_with_a_path_is_named(non_loopback_app, binary, entry):
    """docker's engine does not start with it. The others apply."""
    entry = entry.format(host=non_loopback_app.host)
    path = binary.configure_daemon({"insecure-registries": [entry, "10.0.0.0/8"], "registry-mirrors": []})
    result = binary.fail("inspect", non_loopback_app.at("v1"))
    problem = f"{path}: insecure-registries[0] (“{entry}”) must be HOST, HOST:PORT or an address range"
    assert f"WARNING: {problem}" in result.stderr
    assert f"These settings or credentials could not be used: {problem}" in result.stderr


def test_flag_allows_plain_http(non_loopback_app, plugin):
    words = non_loopback_app.push_pair()
    result = plugin.publish("--insecure", non_loopback_app.at("v1"), *words)
    assert result.stdout == f"{non_loopback_app.manifest('v1').digest}\n"


def test_unknown_authority_is_refused_with_advice(protected_app, plugin):
    words = protected_app.push_pair()
    plugin.configure({"auths": {protected_app.host: auth(PUBLISHER)}})
    result = plugin.fail("publish", protected_app.at("v1"), *words)
    for fact in (protected_app.host, "certs.d", "--insecure"):
        assert fact in result.stderr
    assert protected_app.tags() == sorted(words)


def test_loopback_accepts_an_unknown_authority(token_registry, path, binary):
    loopback_app = Repository(token_registry, path, LOOPBACK)
    words = loopback_app.push_pair()
    binary.configure({"auths": {loopback_app.host: auth(PUBLISHER)}})
    binary.publish(loopback_app.at("v1"), *words)
    assert "v1" in loopback_app.tags()


def test_flag_accepts_an_unknown_authority(protected_app, plugin):
    words = protected_app.push_pair()
    plugin.configure({"auths": {protected_app.host: auth(PUBLISHER)}})
    result = plugin.publish("--insecure", protected_app.at("v1"), *words)
    assert result.stdout == f"{protected_app.manifest('v1').digest}\n"


def test_daemon_json_accepts_an_unknown_authority(protected_app, binary):
    words = protected_app.push_pair()
    binary.configure({"auths": {protected_app.host: auth(PUBLISHER)}})
    binary.configure_daemon({"insecure-registries": [protected_app.host]})
    binary.publish(protected_app.at("v1"), *words)
    assert "v1" in protected_app.tags()


def test_certs_d_of_another_host_does_not_help(protected_app, binary):
    binary.trust(f"{LOOPBACK}:{protected_app.registry.port}", protected_app.registry.ca_file)
    binary.configure({"auths": {protected_app.host: auth(PUBLISHER)}})
    result = binary.fail("publish", protected_app.at("v1"), "v1-arm64")
    assert protected_app.host in result.stderr
