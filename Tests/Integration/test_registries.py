"""All kinds of registries that are in use, with the same behaviour as docker.

First a table: authentication × TLS × what makes a registry insecure. Then each product under its
real name: see `support.registry_products`.
"""

import itertools
import json
import socket
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from support.certs import Authority
from support.credentials import auth
from support.deployment import Deployment
from support.registry_products import PRODUCTS
from support.repository import NON_LOOPBACK, LOOPBACK, Repository, platforms
from support.users import PUBLISHER, User

NAME = "registry.example.com"  # Its address is NON_LOOPBACK.
AUTHS = ("open", "basic", "token")
TRANSPORTS = ("plain", "tls")
# These do not make a registry insecure; the others do. A host without a port means the default port
# (see HARBOR_INTRANET): docker compares the whole string (moby, daemon/pkg/registry, isSecureIndex).
REFUSED = ("nothing", "others", "host-of-other-port", "name-of-other-port")
SOURCES = {
    "nothing": (NON_LOOPBACK, None),
    "others": (NON_LOOPBACK, ("root/etc/docker", ["198.51.100.1:1", "10.0.0.0/8", "example.com"])),
    "flag": (NON_LOOPBACK, None),
    "loopback": (LOOPBACK, None),
    "localhost": ("localhost", None),
    "host-of-other-port": (NON_LOOPBACK, ("root/etc/docker", ["198.51.100.1"])),
    "name-of-other-port": (NAME, ("root/etc/docker", ["registry.example.com"])),
    "name-and-port": (NAME, ("root/etc/docker", ["{host}"])),
    "scheme": (NAME, ("root/etc/docker", ["http://{host}"])),
    "host-and-port": (NON_LOOPBACK, ("root/etc/docker", ["{host}"])),
    "range": (NON_LOOPBACK, ("root/etc/docker", ["198.51.100.0/24"])),
    "range-of-name": (NAME, ("root/etc/docker", ["198.51.100.0/24"])),
    "rootless": (NON_LOOPBACK, ("xdg/docker", ["{host}"])),
    "rootless-default": (NON_LOOPBACK, (".config/docker", ["{host}"])),
    "desktop": (NON_LOOPBACK, (".docker", ["{host}"])),
}


WORDS = ("v1-arm64", "v1-amd64")


def push_pair(app, kind="docker"):
    app.push("v1-arm64", "linux/arm64", kind=kind)
    app.push("v1-amd64", "linux/amd64", kind=kind)


@pytest.fixture(scope="module")
def table(plain_registries, tls_registries):
    """A repository with two images, by transport and authentication."""
    registries = {"plain": plain_registries, "tls": tls_registries}
    cells = {
        (transport, kind): Repository(registries[transport][kind], "table/app")
        for transport in TRANSPORTS for kind in AUTHS
    }
    for app in cells.values():
        push_pair(app)
    return cells


def make_insecure(plugin, source, host):
    """Sets up what `source` names; returns the flags and environment for the plugin."""
    place = SOURCES[source][1]
    if place:
        directory, entries = place
        entries = [entry.format(host=host) for entry in entries]
        plugin.configure_daemon({"insecure-registries": entries}, directory)
    environment = {"XDG_CONFIG_HOME": str(plugin.home / "xdg")} if source == "rootless" else {}
    return ["--insecure"] if source == "flag" else [], environment


@pytest.mark.parametrize("source", [source for source in SOURCES if source not in REFUSED])
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("kind", AUTHS)
def test_insecure_registry_is_published_to(table, binary, kind, transport, source):
    """An insecure registry may use plain HTTP, or an untrusted certificate."""
    app = replace(table[transport, kind], address=SOURCES[source][0])
    binary.configure({"auths": {app.host: auth(PUBLISHER)}})
    flags, environment = make_insecure(binary, source, app.host)
    result = binary.publish(*flags, app.at(source), *WORDS, environment=environment)
    put = app.manifest(source)
    assert result.stdout == f"{put.digest}\n"
    assert platforms(put.content) == ["linux/arm64", "linux/amd64"]


@pytest.mark.parametrize("source", REFUSED)
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("kind", AUTHS)
def test_registry_that_is_not_insecure_is_refused(table, binary, kind, transport, source):
    app = replace(table[transport, kind], address=SOURCES[source][0])
    binary.configure({"auths": {app.host: auth(PUBLISHER)}})
    make_insecure(binary, source, app.host)
    mark = app.registry.log.mark()
    result = binary.fail("publish", app.at(source), *WORDS)
    assert app.registry.log.since(mark) == [], "a request was sent to an unverified registry"
    for fact in (app.host, "insecure-registries", "--insecure"):
        assert fact in result.stderr
    expected = "plain HTTP" if transport == "plain" else "certs.d"
    assert expected in result.stderr


@pytest.mark.parametrize("address", [NON_LOOPBACK, NAME])
@pytest.mark.parametrize("kind", AUTHS)
def test_registry_with_a_trusted_certificate(table, plugin, kind, address):
    app = replace(table["tls", kind], address=address)
    plugin.configure({"auths": {app.host: auth(PUBLISHER)}})
    plugin.trust(app.host, app.registry.ca_file)
    tag = f"trusted-{plugin.through}-{address}"
    result = plugin.publish(app.at(tag), *WORDS, watch=True)
    assert result.stdout == f"{app.manifest(tag).digest}\n"


@pytest.fixture(scope="module")
def signing_authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("signing"), "manifestx test token authority")


@pytest.fixture(scope="module", params=PRODUCTS, ids=str)
def deployment(request, tmp_path_factory, authority, signing_authority):
    directory = tmp_path_factory.mktemp(request.param.name)
    with Deployment(request.param, directory, authority, signing_authority) as deployment:
        push_pair(deployment.repository("app"), request.param.image_kind)
        yield deployment


@pytest.fixture
def product_app(deployment):
    """A repository with two images."""
    return deployment.repository("app")


def all_requests(deployment, marks):
    return [r for proxy, mark in zip(deployment.reverse_proxies, marks) for r in proxy.since(mark)]


def test_publish_to_product(deployment, product_app, binary):
    product = deployment.product
    deployment.prepare(binary)
    binary.configure({"auths": product.auths})
    marks = [proxy.mark() for proxy in deployment.reverse_proxies]
    mark = deployment.token_server.mark() if deployment.token_server else None
    result = binary.publish(product_app.at("v1"), *WORDS, watch=True)
    token_requests = by_the_plugin(deployment.token_server.since(mark)) if mark is not None else []
    put = product_app.manifest("v1")
    assert result.stdout == f"{put.digest}\n"
    assert platforms(put.content) == ["linux/arm64", "linux/amd64"]
    assert not [r for r in all_requests(deployment, marks) if r.status in (400, 403, 405)]
    if deployment.token_server:
        check_token_request(product, product_app, token_requests)
    if deployment.storage:
        fetched = deployment.storage.requests
        assert len(fetched) >= 2, "the configs of both images are in the storage"
        assert all("Authorization" not in request.headers for request in fetched)


def test_doctor_with_product(deployment, product_app, binary):
    product = deployment.product
    deployment.prepare(binary)
    binary.configure({"auths": product.auths})
    marks = [proxy.mark() for proxy in deployment.reverse_proxies]
    report = json.loads(binary.run("doctor", "--format", "json", product_app.at(WORDS[0])).stdout)
    states = {check["name"]: check["state"] for check in report["checks"]}
    assert {states[name] for name in ("DNS", "TCP", "HTTP", "auth", "pull", "image")} == {"ok"}
    assert states["push"] == ("skipped" if product.is_basic else "ok")
    assert states["TLS"] == ("warning" if product.plain else "ok")
    others = {r.path for r in all_requests(deployment, marks) if r.method not in ("GET", "HEAD")}
    assert others <= ({urlsplit(product.realm).path} if product.identity_token else set())


def by_the_plugin(requests):
    """Without the requests of the tests' own client, which the storage server uses."""
    return [r for r in requests if "manifestx" in r.headers.get("User-Agent", "")]


def check_token_request(product, app, requests):
    """There is one token request, in the form that fits the credential."""
    [request] = requests
    scopes = request.scopes or request.form.get("scope", "").split()
    [scope] = [scope for scope in scopes if scope.startswith(f"repository:{app.path}:")]
    assert set(scope.rsplit(":", 1)[1].split(",")) == {"pull", "push"}
    assert request.user == product.user.name
    if product.identity_token:
        assert request.method == "POST"
        assert request.form["grant_type"] == "refresh_token"
        assert request.form["refresh_token"] == product.identity_token
    else:
        assert request.method == "GET"


def test_product_refuses_a_wrong_credential(deployment, product_app, binary):
    """The error advises docker login, and no output contains the credential (`secrets`)."""
    product = deployment.product
    deployment.prepare(binary)
    wrong = User(product.user.name, "0ld-and-wrong-" + product.user.password[:8] + "-2718")
    binary.secrets.append(wrong.pair)
    binary.configure({"auths": {product.key or product.registry: auth(wrong)}})
    result = binary.fail("publish", "--debug", product_app.at("no"), *WORDS)
    host = "" if product.registry == "docker.io" else product.registry
    assert f"docker login {host}".rstrip() in result.stderr
    assert "no" not in product_app.tags()


def test_product_anonymous_read(deployment, product_app, binary):
    deployment.prepare(binary)
    is_public = "anonymous_actions" in deployment.product.policy
    result = (binary.run if is_public else binary.fail)("inspect", product_app.at("v1-arm64"))
    if is_public:
        assert product_app.manifest("v1-arm64").digest in result.stdout
    else:
        assert "docker login" in result.stderr


def test_fixture_sends_the_products_challenge(deployment):
    """Otherwise the tests above prove nothing."""
    product = deployment.product
    api = deployment.registry.api
    scheme = "http" if product.plain else "https"
    url = f"{scheme}://{product.host or product.registry}/v2/"
    answer = api._send("GET", url, None, {})  # pylint: disable=protected-access
    assert answer.status == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert (product.realm or "") in challenge
    if product.challenge:
        assert challenge == product.challenge


@pytest.mark.parametrize("name", ["registry.münchen.example/app:v1", "bücher.example:5000/a/b:v1"])
def test_host_names_that_are_not_ascii_are_refused(binary, name):
    result = binary.fail("inspect", name)
    assert any(word in result.stderr for word in ("xn--", "ASCII", "punycode", "Punycode"))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_ipv6_address(table, binary, transport):
    app = replace(table[transport, "open"], address="[::1]")
    result = binary.publish(app.at("ipv6"), *WORDS)
    assert result.stdout == f"{app.manifest('ipv6').digest}\n"


def test_fixture_gives_each_name_its_own_address():
    """Otherwise a request to the wrong name could reach the right server."""
    names = set(itertools.chain.from_iterable(
        [p.host or p.registry.split(":")[0], p.storage, urlsplit(p.realm or "").hostname]
        for p in PRODUCTS
    )) - {None}
    assert len({socket.gethostbyname(name) for name in names}) == len(names)
