"""Who may be spoken to without TLS, or without a certificate that can be verified: docker's rules.

Loopback may by itself. ELSEWHERE stands for a registry elsewhere: see `support.repository`.
"""

import pytest

from support.credentials import auth
from support.repository import ELSEWHERE, LOOPBACK, Repository
from support.stub_registry import StubRegistry
from support.users import PUBLISHER


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_needs_no_flag(app, plugin, host):
    words = app.push_pair()
    name = f"{host}:{app.registry.port}/{app.path}:v1"
    assert plugin.publish(name, *words).stdout == f"{app.manifest('v1').digest}\n"


def test_plain_http_elsewhere_is_refused_with_the_ways_out(far_app, plugin):
    words = far_app.push_pair()
    mark = far_app.registry.log.mark()
    result = plugin.fail("publish", far_app.at("v1"), *words)
    for fact in (far_app.host, "insecure-registries", "--insecure"):
        assert fact in result.stderr
    assert far_app.registry.log.since(mark) == [], "nothing was sent in plain HTTP"
    assert far_app.tags() == sorted(words)


def test_plain_http_elsewhere_never_sees_a_password(plugin):
    with StubRegistry({}) as stub:
        host = stub.host.replace(LOOPBACK, ELSEWHERE)
        plugin.configure({"auths": {host: auth(PUBLISHER)}})
        plugin.fail("publish", f"{host}/test/app:v1", "v1-arm64")
        assert stub.requests == []


@pytest.mark.parametrize("entry", ["{host}", "198.51.100.0/24", "198.51.100.1/32"])
def test_daemon_json_allows_plain_http(far_app, plugin, entry):
    words = far_app.push_pair()
    plugin.configure_daemon({"insecure-registries": [entry.format(host=far_app.host)]})
    result = plugin.publish(far_app.at("v1"), *words)
    assert result.stdout == f"{far_app.manifest('v1').digest}\n"


@pytest.mark.parametrize("entry", ["198.51.100.1:1", "10.0.0.0/8", "example.com"])
def test_daemon_json_of_others_allows_nothing(far_app, binary, entry):
    words = far_app.push_pair()
    binary.configure_daemon({"insecure-registries": [entry]})
    mark = far_app.registry.log.mark()
    binary.fail("publish", far_app.at("v1"), *words)
    assert far_app.registry.log.since(mark) == []


def test_flag_allows_plain_http(far_app, plugin):
    words = far_app.push_pair()
    result = plugin.publish("--insecure", far_app.at("v1"), *words)
    assert result.stdout == f"{far_app.manifest('v1').digest}\n"


def test_unknown_authority_is_an_error_that_names_the_remedy(guarded_app, plugin):
    words = guarded_app.push_pair()
    plugin.configure({"auths": {guarded_app.host: auth(PUBLISHER)}})
    result = plugin.fail("publish", guarded_app.at("v1"), *words)
    for fact in (guarded_app.host, "certs.d", "--insecure"):
        assert fact in result.stderr
    assert guarded_app.tags() == sorted(words)


def test_loopback_forgives_an_unknown_authority(token_registry, path, binary):
    near = Repository(token_registry, path, LOOPBACK)
    words = near.push_pair()
    binary.configure({"auths": {near.host: auth(PUBLISHER)}})
    binary.publish(near.at("v1"), *words)
    assert "v1" in near.tags()


def test_flag_gets_past_an_unknown_authority(guarded_app, plugin):
    words = guarded_app.push_pair()
    plugin.configure({"auths": {guarded_app.host: auth(PUBLISHER)}})
    result = plugin.publish("--insecure", guarded_app.at("v1"), *words)
    assert result.stdout == f"{guarded_app.manifest('v1').digest}\n"


def test_daemon_json_gets_past_an_unknown_authority(guarded_app, binary):
    words = guarded_app.push_pair()
    binary.configure({"auths": {guarded_app.host: auth(PUBLISHER)}})
    binary.configure_daemon({"insecure-registries": [guarded_app.host]})
    binary.publish(guarded_app.at("v1"), *words)
    assert "v1" in guarded_app.tags()


def test_certs_d_of_another_host_does_not_help(guarded_app, binary):
    binary.trust(f"{LOOPBACK}:{guarded_app.registry.port}", guarded_app.registry.ca_file)
    binary.configure({"auths": {guarded_app.host: auth(PUBLISHER)}})
    result = binary.fail("publish", guarded_app.at("v1"), "v1-arm64")
    assert guarded_app.host in result.stderr
