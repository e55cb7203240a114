"""A proxy that is itself spoken to over TLS: HTTPS_PROXY=https://…

It has to prove who it is, whatever is said of the registry behind it.
"""

from dataclasses import dataclass

import pytest

from support.certs import DAY, Authority
from support.credentials import auth
from support.hostile import HostileServer
from support.proxy import NAME as PROXY_NAME
from support.proxy import Proxy
from support.repository import Repository
from support.stub_registry import StubRegistry
from support.tls_front import TLSFront
from support.users import PUBLISHER, User

NAME = "registry.example.com"
USER = User("proxy-user", "proxy-password-9176")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    with Proxy(tmp_path_factory.mktemp("proxy"), 8888, USER) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """The authority of the proxy, and of nothing else."""
    return Authority(tmp_path_factory.mktemp("company"), "manifestx test company")


@pytest.fixture(scope="module")
def front(proxy, company):
    with TLSFront(PROXY_NAME, proxy.host, company.server(PROXY_NAME)) as front:
        yield front


@pytest.fixture
def app(token_registry, path, binary):
    """Over TLS, with tokens; its authority is known by certs.d, and the proxy's is not."""
    app = Repository(token_registry, path, NAME)
    binary.trust(app.host, token_registry.ca_file)
    binary.configure({"auths": {app.host: auth(PUBLISHER)}})
    binary.secrets.append(USER.pair)
    return app


@dataclass(frozen=True)
class Elsewhere:
    """What is taken for a TLS proxy."""

    host: str


def url(front):
    return f"https://{USER.name}:{USER.password}@{front.host}"


def variables(front, ca_file=None):
    names = ("HTTPS_PROXY", "HTTP_PROXY")
    trusted = {"SSL_CERT_FILE": str(ca_file)} if ca_file else {}
    return {**dict.fromkeys(names, url(front)), **trusted}


def refused(result, front):
    """The proxy is named as the one that is not trusted, and not the registry."""
    [error] = [line for line in result.stderr.splitlines() if line.startswith("ERROR: ")]
    assert f"the proxy https://{front.host}" in error
    assert NAME not in error.partition("the proxy")[2]
    return error


def test_publish(proxy, front, company, app, binary):
    words = app.push_pair()
    mark = proxy.mark()
    environment = variables(front, company.ca_file)
    binary.publish(app.at("v1"), *words, "--debug", environment=environment, watch=True)
    assert set(proxy.since(mark)) == {f"CONNECT {app.host}"}
    assert "v1" in app.tags()


def test_by_a_directory_of_authorities(proxy, front, company, app, binary, tmp_path):
    image = app.push("one")
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs/company").write_bytes(company.ca_file.read_bytes())
    environment = {**variables(front), "SSL_CERT_DIR": str(tmp_path / "certs")}
    mark = proxy.mark()
    assert image.digest in binary.run("inspect", app.at("one"), environment=environment).stdout
    assert proxy.since(mark)


def test_plain_http_behind_it(proxy, front, company, plain_registry, path, binary):
    app = Repository(plain_registry, path, NAME)
    image = app.push("one")
    binary.secrets.append(USER.pair)
    environment = variables(front, company.ca_file)
    mark = proxy.mark()
    result = binary.run("inspect", "--insecure", "--debug", app.at("one"), environment=environment)
    assert image.digest in result.stdout
    assert [line for line in proxy.since(mark) if line.startswith(f"GET http://{app.host}/v2/")]


@pytest.mark.parametrize("flags", [["--debug"], ["--debug", "--insecure"]])
def test_of_an_unknown_authority(proxy, front, app, binary, flags):
    """The registry's own is known, and this is not the registry's business."""
    mark = proxy.mark()
    result = binary.fail("inspect", *flags, app.at("one"), environment=variables(front), watch=True)
    error = refused(result, front)
    assert "not known" in error and "SSL_CERT_FILE" in error
    assert proxy.since(mark) == []


def test_of_an_unknown_authority_before_plain_http(proxy, front, plain_registry, path, binary):
    app = Repository(plain_registry, path, NAME)
    app.push("one")
    binary.secrets.append(USER.pair)
    mark = proxy.mark()
    words = ("inspect", "--insecure", "--debug", app.at("one"))
    refused(binary.fail(*words, environment=variables(front), watch=True), front)
    assert proxy.since(mark) == []


def test_authority_of_the_registry_is_none_for_the_proxy(proxy, authority, app, binary):
    with TLSFront(PROXY_NAME, proxy.host, authority.server(PROXY_NAME)) as front:
        refused(binary.fail("inspect", app.at("one"), environment=variables(front)), front)


@pytest.mark.parametrize("flags", [[], ["--insecure"]])
@pytest.mark.parametrize("names, ends_in, word", [
    ((PROXY_NAME,), -1 * DAY, "expired"), (("else.example.com",), DAY, "another host name"),
])
def test_what_is_wrong_with_its_certificate(
    proxy, company, app, binary, flags, names, ends_in, word
):
    certificate = company.server(names=names, ends_in=ends_in)
    with TLSFront(PROXY_NAME, proxy.host, certificate) as front:
        environment = variables(front, company.ca_file)
        result = binary.fail("inspect", *flags, app.at("one"), environment=environment)
        assert word in refused(result, front)


def test_proxy_that_speaks_no_tls(app, binary):
    with HostileServer(lambda *_: None) as server:
        server = Elsewhere(f"{PROXY_NAME}:{server.port}")
        result = binary.fail("inspect", app.at("one"), environment=variables(server), watch=True)
    assert "does not speak TLS" in refused(result, server)


def test_proxy_that_waits_for_something_else(proxy, app, binary):
    """As tinyproxy does when it hears TLS."""
    words = ("inspect", "--timeout", "1s", app.at("one"))
    assert "too long" in refused(binary.fail(*words, environment=variables(proxy)), proxy)


def test_wrong_registry_behind_a_good_proxy(front, company, token_registry, path, binary):
    """What fails inside is told from what fails on the way."""
    app = Repository(token_registry, path, NAME)
    binary.secrets.append(USER.pair)
    environment = variables(front, company.ca_file)
    result = binary.fail("inspect", app.at("one"), environment=environment)
    assert f"cannot trust {app.host}: its certificate is signed by" in result.stderr
    assert f"/etc/docker/certs.d/{app.host}/ca.crt" in result.stderr


def test_wrong_password(front, company, app, binary):
    binary.secrets.append((USER.name, "wrong-password-4410"))
    proxy = f"https://{USER.name}:wrong-password-4410@{front.host}"
    environment = {"HTTPS_PROXY": proxy, "SSL_CERT_FILE": str(company.ca_file)}
    result = binary.fail("inspect", "--debug", app.at("one"), environment=environment, watch=True)
    assert "401" in refused(result, front)


def test_registry_with_a_certificate_of_the_past_behind_a_good_proxy(front, company, binary):
    with StubRegistry({}, company.server(NAME, ends_in=-1 * DAY)) as server:
        words = ("inspect", f"{NAME}:{server.port}/test/app:v1")
        result = binary.fail(*words, environment=variables(front, company.ca_file))
        assert f"cannot trust {NAME}:{server.port}: its certificate has expired" in result.stderr
