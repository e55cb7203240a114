"""A proxy that is itself reached over TLS: HTTPS_PROXY=https://…

Its certificate must be trusted, even if the registry behind it is insecure.
"""

from dataclasses import dataclass

import pytest

from support.certs import DAY, Authority
from support.credentials import auth
from support.proxy import NAME as PROXY_NAME
from support.proxy import Proxy
from support.raw_server import RawServer
from support.repository import Repository
from support.stub_registry import StubRegistry
from support.tls_terminator import TLSTerminator
from support.users import PUBLISHER, User

NAME = "registry.example.com"
USER = User("proxy-user", "proxy-password-9176")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    with Proxy(tmp_path_factory.mktemp("proxy"), 8888, USER) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def proxy_ca(tmp_path_factory):
    """The authority of the proxy only."""
    return Authority(tmp_path_factory.mktemp("proxy_ca"), "manifestx test proxy_ca")


@pytest.fixture(scope="module")
def tls_proxy(proxy, proxy_ca):
    with TLSTerminator(PROXY_NAME, proxy.host, proxy_ca.server(PROXY_NAME)) as tls_proxy:
        yield tls_proxy


@pytest.fixture
def app(token_registry, path, binary):
    """A repository over TLS with tokens; certs.d has its authority, but not the proxy's."""
    app = Repository(token_registry, path, NAME)
    binary.trust(app.host, token_registry.ca_file)
    binary.configure({"auths": {app.host: auth(PUBLISHER)}})
    binary.secrets.append(USER.pair)
    return app


@dataclass(frozen=True)
class ProxyAddress:
    """Has a `host`, like a `TLSTerminator`."""

    host: str


def url(tls_proxy):
    return f"https://{USER.name}:{USER.password}@{tls_proxy.host}"


def variables(tls_proxy, ca_file=None):
    names = ("HTTPS_PROXY", "HTTP_PROXY")
    trusted = {"SSL_CERT_FILE": str(ca_file)} if ca_file else {}
    return {**dict.fromkeys(names, url(tls_proxy)), **trusted}


def proxy_error(result, tls_proxy):
    """The error line, which must blame the proxy and not the registry."""
    [error] = [line for line in result.stderr.splitlines() if line.startswith("ERROR: ")]
    assert f"the proxy https://{tls_proxy.host}" in error
    assert NAME not in error.partition("the proxy")[2]
    return error


def test_publish_through_a_tls_proxy(proxy, tls_proxy, proxy_ca, app, binary):
    words = app.push_pair()
    mark = proxy.mark()
    environment = variables(tls_proxy, proxy_ca.ca_file)
    binary.publish(app.at("v1"), *words, "--debug", environment=environment, watch=True)
    assert set(proxy.since(mark)) == {f"CONNECT {app.host}"}
    assert "v1" in app.tags()


def test_proxy_authority_from_ssl_cert_dir(proxy, tls_proxy, proxy_ca, app, binary, tmp_path):
    image = app.push("one")
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs/proxy_ca").write_bytes(proxy_ca.ca_file.read_bytes())
    environment = {**variables(tls_proxy), "SSL_CERT_DIR": str(tmp_path / "certs")}
    mark = proxy.mark()
    assert image.digest in binary.run("inspect", app.at("one"), environment=environment).stdout
    assert proxy.since(mark)


def test_plain_http_registry_behind_a_tls_proxy(proxy, tls_proxy, proxy_ca, plain_registry, path, binary):
    app = Repository(plain_registry, path, NAME)
    image = app.push("one")
    binary.secrets.append(USER.pair)
    environment = variables(tls_proxy, proxy_ca.ca_file)
    mark = proxy.mark()
    result = binary.run("inspect", "--insecure", "--debug", app.at("one"), environment=environment)
    assert image.digest in result.stdout
    assert [line for line in proxy.since(mark) if line.startswith(f"GET http://{app.host}/v2/")]


@pytest.mark.parametrize("flags", [["--debug"], ["--debug", "--insecure"]])
def test_proxy_of_an_unknown_authority_is_refused(proxy, tls_proxy, app, binary, flags):
    """certs.d and --insecure are for the registry, and do not apply to the proxy."""
    mark = proxy.mark()
    result = binary.fail("inspect", *flags, app.at("one"), environment=variables(tls_proxy), watch=True)
    error = proxy_error(result, tls_proxy)
    assert "unknown authority" in error and "SSL_CERT_FILE" in error
    assert proxy.since(mark) == []


def test_proxy_of_an_unknown_authority_is_refused_for_plain_http(
    proxy, tls_proxy, plain_registry, path, binary
):
    app = Repository(plain_registry, path, NAME)
    app.push("one")
    binary.secrets.append(USER.pair)
    mark = proxy.mark()
    words = ("inspect", "--insecure", "--debug", app.at("one"))
    proxy_error(binary.fail(*words, environment=variables(tls_proxy), watch=True), tls_proxy)
    assert proxy.since(mark) == []


def test_certs_d_of_the_registry_does_not_apply_to_the_proxy(proxy, authority, app, binary):
    with TLSTerminator(PROXY_NAME, proxy.host, authority.server(PROXY_NAME)) as tls_proxy:
        proxy_error(binary.fail("inspect", app.at("one"), environment=variables(tls_proxy)), tls_proxy)


@pytest.mark.parametrize("flags", [[], ["--insecure"]])
@pytest.mark.parametrize("names, ends_in, word", [
    ((PROXY_NAME,), -1 * DAY, "expired"), (("else.example.com",), DAY, "another host name"),
])
def test_problem_with_the_proxy_certificate_is_named(
    proxy, proxy_ca, app, binary, flags, names, ends_in, word
):
    certificate = proxy_ca.server(names=names, ends_in=ends_in)
    with TLSTerminator(PROXY_NAME, proxy.host, certificate) as tls_proxy:
        environment = variables(tls_proxy, proxy_ca.ca_file)
        result = binary.fail("inspect", *flags, app.at("one"), environment=environment)
        assert word in proxy_error(result, tls_proxy)


def test_proxy_without_tls_is_named(app, binary):
    with RawServer(lambda *_: None) as server:
        server = ProxyAddress(f"{PROXY_NAME}:{server.port}")
        result = binary.fail("inspect", app.at("one"), environment=variables(server), watch=True)
    assert "does not use TLS" in proxy_error(result, server)


def test_proxy_that_does_not_answer_the_handshake_times_out(proxy, app, binary):
    """tinyproxy itself expects plain HTTP, and does not answer a TLS handshake."""
    words = ("inspect", "--timeout", "1s", app.at("one"))
    assert "too long" in proxy_error(binary.fail(*words, environment=variables(proxy)), proxy)


def test_untrusted_registry_behind_a_trusted_proxy(tls_proxy, proxy_ca, token_registry, path, binary):
    """The error is about the registry, not about the proxy."""
    app = Repository(token_registry, path, NAME)
    binary.secrets.append(USER.pair)
    environment = variables(tls_proxy, proxy_ca.ca_file)
    result = binary.fail("inspect", app.at("one"), environment=environment)
    assert f"cannot trust {app.host}: its certificate is signed by" in result.stderr
    assert f"/etc/docker/certs.d/{app.host}/ca.crt" in result.stderr


def test_wrong_proxy_password(tls_proxy, proxy_ca, app, binary):
    binary.secrets.append((USER.name, "wrong-password-4410"))
    proxy = f"https://{USER.name}:wrong-password-4410@{tls_proxy.host}"
    environment = {"HTTPS_PROXY": proxy, "SSL_CERT_FILE": str(proxy_ca.ca_file)}
    result = binary.fail("inspect", "--debug", app.at("one"), environment=environment, watch=True)
    assert "did not accept the name and the password in HTTPS_PROXY" in proxy_error(result, tls_proxy)


def test_expired_registry_certificate_behind_a_trusted_proxy(tls_proxy, proxy_ca, binary):
    with StubRegistry({}, proxy_ca.server(NAME, ends_in=-1 * DAY)) as server:
        words = ("inspect", f"{NAME}:{server.port}/test/app:v1")
        result = binary.fail(*words, environment=variables(tls_proxy, proxy_ca.ca_file))
        assert f"cannot trust {NAME}:{server.port}: its certificate has expired" in result.stderr
