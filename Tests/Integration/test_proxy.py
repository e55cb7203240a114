"""Proxies from environment variables, as docker reads them (golang.org/x/net/http/httpproxy).

The tests use a real tinyproxy, and real registries that are not on loopback.
"""

import pytest

from support.credentials import auth
from support.proxy import Proxy
from support.raw_server import RawServer
from support.repository import NON_LOOPBACK, Repository
from support.users import PUBLISHER, User

NAME = "registry.example.com"  # Its address is NON_LOOPBACK.
UNUSED_PORT = "proxy.example.com:1"
USER = User("proxy-user", "proxy-password-2236")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    with Proxy(tmp_path_factory.mktemp("proxy"), 8888) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def password_proxy(tmp_path_factory):
    """A proxy that requires a password."""
    with Proxy(tmp_path_factory.mktemp("guarded"), 8889, USER) as proxy:
        yield proxy


class Reader:
    """Reads one image of a registry with the plugin."""

    def __init__(self, app, image, plugin, *flags):
        self.app = app
        self.flags = flags
        self.plugin = plugin
        self._image = image

    def read(self, proxy, environment, **options):
        """Inspects the image; returns the requests that the proxy received."""
        mark = proxy.mark()
        words = ("inspect", *self.flags, self.app.at("one"))
        result = self.plugin.run(*words, environment=environment, **options)
        assert self._image.digest in result.stdout
        return proxy.since(mark)

    def fail(self, environment, **options):
        words = ("inspect", *self.flags, self.app.at("one"))
        return self.plugin.fail(*words, environment=environment, **options).stderr


@pytest.fixture
def tls_reader(token_registry, path, binary):
    app = Repository(token_registry, path, NAME)
    binary.trust(app.host, token_registry.ca_file)
    binary.configure({"auths": {app.host: auth(PUBLISHER)}})
    return Reader(app, app.push("one"), binary)


@pytest.fixture
def plain_reader(plain_registry, path, binary):
    app = Repository(plain_registry, path, NAME)
    return Reader(app, app.push("one"), binary, "--insecure")


@pytest.mark.parametrize("form", ["http://{}", "{}", "http://{}/"])
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_https_proxy_variables(proxy, tls_reader, variable, form):
    asked = tls_reader.read(proxy, {variable: form.format(proxy.host)})
    assert asked and set(asked) == {f"CONNECT {tls_reader.app.host}"}


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_http_proxy_variables(proxy, plain_reader, variable):
    asked = plain_reader.read(proxy, {variable: f"http://{proxy.host}"})
    assert [line for line in asked if line.startswith(f"GET http://{plain_reader.app.host}/v2/")]


def test_doctor_goes_through_the_proxy(proxy, password_proxy, tls_reader):
    mark = proxy.mark()
    environment = {"HTTPS_PROXY": f"http://{proxy.host}"}
    lines = tls_reader.plugin.run("doctor", tls_reader.app.name, environment=environment).stdout.splitlines()
    assert f"ok       proxy        http://{proxy.host}" in lines
    assert "ok       DNS          proxy.example.com: 198.51.100.42" in lines
    [tls] = [line for line in lines if line.startswith("ok       TLS ")]
    assert ", signed by manifestx test CA, " in tls
    assert set(proxy.since(mark)) == {f"CONNECT {tls_reader.app.host}"}
    environment = {"HTTPS_PROXY": f"http://{password_proxy.host}"}
    result = tls_reader.plugin.attempt("doctor", tls_reader.app.name, environment=environment)
    [tls] = [line for line in result.stdout.splitlines() if line.startswith("failure  TLS ")]
    assert tls.endswith("it requires a name and a password")


def test_http_proxy_is_not_used_for_https(proxy, tls_reader):
    assert tls_reader.read(proxy, {"HTTP_PROXY": f"http://{proxy.host}"}) == []


def test_https_proxy_takes_precedence_over_all_proxy(proxy, tls_reader):
    environment = {"ALL_PROXY": f"http://{UNUSED_PORT}", "HTTPS_PROXY": f"http://{proxy.host}"}
    assert tls_reader.read(proxy, environment)


def test_uppercase_takes_precedence(proxy, tls_reader):
    """As in Go; in curl lowercase has precedence."""
    environment = {"https_proxy": f"http://{UNUSED_PORT}", "HTTPS_PROXY": f"http://{proxy.host}"}
    assert tls_reader.read(proxy, environment)


def test_empty_variables_are_not_set(proxy, tls_reader):
    environment = {"HTTPS_PROXY": "", "https_proxy": "", "ALL_PROXY": ""}
    assert tls_reader.read(proxy, environment) == []


# Go's rules: https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
NO_PROXY = [
    (NAME, "registry.example.com", True),
    (NAME, "REGISTRY.example.COM", True),
    (NAME, "example.com", True),
    (NAME, ".example.com", True),
    (NAME, "*.example.com", True),
    (NAME, "*", True),
    (NAME, "other.example.org, registry.example.com ,x", True),
    (NAME, "registry.example.com:{port}", True),
    (NAME, ".example.com:{port}", True),
    (NAME, "registry.example.com:1", False),
    (NAME, ".registry.example.com", False),
    (NAME, "gistry.example.com", False),
    (NAME, "my.registry.example.com", False),
    (NAME, "198.51.100.0/24", False),  # Names are not resolved for this.
    (NAME, "", False),
    (NON_LOOPBACK, "198.51.100.0/24", True),
    (NON_LOOPBACK, "198.51.100.1", True),
    (NON_LOOPBACK, "198.51.100.1:{port}", True),
    (NON_LOOPBACK, "198.51.100.1:1", False),
    (NON_LOOPBACK, "10.0.0.0/8", False),
    (NON_LOOPBACK, "registry.example.com", False),
    (NON_LOOPBACK, "*", True),
]


@pytest.mark.parametrize("address, value, direct", NO_PROXY)
def test_no_proxy(proxy, plain_registry, binary, no_proxy_app, address, value, direct):
    app, image = no_proxy_app
    reader = Reader(Repository(app.registry, app.path, address), image, binary, "--insecure")
    variables = {name: f"http://{proxy.host}" for name in ("HTTP_PROXY", "HTTPS_PROXY")}
    value = value.format(port=plain_registry.port)
    asked = reader.read(proxy, {**variables, "NO_PROXY": value})
    assert (asked == []) == direct


@pytest.fixture(scope="module")
def no_proxy_app(plain_registry):
    app = Repository(plain_registry, "proxy/no-proxy")
    return app, app.push("one")


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
def test_no_proxy_in_both_cases(proxy, tls_reader, variable):
    environment = {"HTTPS_PROXY": f"http://{proxy.host}", variable: NAME}
    assert tls_reader.read(proxy, environment) == []


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "[::1]", "127.1.2.3"])
def test_loopback_is_reached_directly(proxy, plain_registry, path, binary, address):
    app = Repository(plain_registry, path, address)
    reader = Reader(app, app.push("one"), binary)
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    assert reader.read(proxy, {name: f"http://{proxy.host}" for name in names}) == []


@pytest.mark.parametrize("no_proxy", [[], ["127.0.0.0/8"]])
def test_loopback_by_a_name_is_reached_directly(proxy, token_registry, path, binary, no_proxy):
    """At the other end of the proxy, 127.0.0.1 is another machine. It must not get what is for this one, unverified."""
    app = Repository(token_registry, path, "looped.example.com")
    binary.configure({"auths": {app.host: auth(PUBLISHER)}})
    reader = Reader(app, app.push("one"), binary)
    environment = {"HTTPS_PROXY": f"http://{proxy.host}", "HTTP_PROXY": f"http://{proxy.host}"}
    asked = reader.read(proxy, environment | {"NO_PROXY": ",".join(no_proxy)})
    assert set(asked) == {f"CONNECT {app.host}"}


def test_docker_passes_the_environment_on(proxy, by_docker, token_registry, path):
    app = Repository(token_registry, path, NAME)
    by_docker.trust(app.host, token_registry.ca_file)
    by_docker.configure({"auths": {app.host: auth(PUBLISHER)}})
    reader = Reader(app, app.push("one"), by_docker)
    assert reader.read(proxy, {"HTTPS_PROXY": f"http://{proxy.host}"})


def test_proxies_in_config_json_are_not_used(proxy, tls_reader, binary):
    """https://docs.docker.com/engine/cli/proxy/: the CLI itself does not use them."""
    binary.configure({
        "auths": {tls_reader.app.host: auth(PUBLISHER)},
        "proxies": {"default": {"httpsProxy": f"http://{UNUSED_PORT}"}},
    })
    assert tls_reader.read(proxy, {}) == []


def test_publish_through_a_proxy(proxy, tls_reader):
    words = tls_reader.app.push_pair()
    environment = {"HTTPS_PROXY": f"http://{proxy.host}"}
    mark = proxy.mark()
    tls_reader.plugin.publish(tls_reader.app.at("v1"), *words, environment=environment, watch=True)
    assert f"CONNECT {tls_reader.app.host}" in proxy.since(mark)
    assert "v1" in tls_reader.app.tags()


# Proxies with a password, which no output (`secrets`) and no command line (`watch`) may contain.

@pytest.mark.parametrize("password", [USER.password, USER.password.replace("-", "%2D")])
def test_proxy_password_over_tls(password_proxy, tls_reader, password):
    tls_reader.plugin.secrets += [USER.pair, (USER.name, password)]
    tls_reader.flags = ("--debug",)
    url = f"http://{USER.name}:{password}@{password_proxy.host}"
    assert tls_reader.read(password_proxy, {"HTTPS_PROXY": url}, watch=True)


def test_proxy_password_over_plain_http(password_proxy, plain_reader):
    plain_reader.plugin.secrets.append(USER.pair)
    plain_reader.flags = ("--insecure", "--debug")
    url = f"http://{USER.name}:{USER.password}@{password_proxy.host}"
    assert plain_reader.read(password_proxy, {"HTTP_PROXY": url}, watch=True)


@pytest.mark.parametrize("who", ["", f"{USER.name}:wrong-password-8086@"])
def test_refusal_by_the_proxy_is_not_blamed_on_the_registry(password_proxy, tls_reader, who):
    """tinyproxy answers 407 without a password, and 401 to a wrong one."""
    tls_reader.plugin.secrets += [USER.pair, (USER.name, "wrong-password-8086")]
    tls_reader.flags = ("--debug",)
    error = tls_reader.fail({"https_proxy": f"http://{who}{password_proxy.host}"}, watch=True, code=4)
    reason = "did not accept the name and the password in https_proxy" if who else "requires a name and a password"
    assert f"the proxy http://{password_proxy.host} did not forward the request: it {reason}\n" in error
    assert "docker login" not in error, "that would be for the registry's password"


def test_a_wrong_proxy_password_is_not_blamed_on_a_registry_in_plain_http(password_proxy, plain_reader):
    """tinyproxy answers for the registry then, with 401."""
    plain_reader.plugin.secrets.append((USER.name, "wrong-password-8086"))
    plain_reader.flags = ("--insecure", "--debug")
    url = f"http://{USER.name}:wrong-password-8086@{password_proxy.host}"
    error = plain_reader.fail({"HTTP_PROXY": url, "HTTPS_PROXY": url}, watch=True, code=4)
    assert "it did not accept the name and the password in HTTPS_PROXY\n" in error
    assert "docker login" not in error


@pytest.mark.parametrize("status", [301, 403, 503])
def test_status_of_a_proxy_is_not_blamed_on_the_registry(tls_reader, status):
    def refuse(_, send):
        send(f"HTTP/1.1 {status} No\r\nLocation: http://elsewhere.example.com/\r\nContent-Length: 0\r\n\r\n".encode())

    with RawServer(refuse) as server:
        error = tls_reader.fail({"HTTPS_PROXY": f"http://{server.host}"})
        assert f"the proxy http://{server.host} did not forward the request: it returned {status}\n" in error
        # 503 is what a proxy returns if it cannot connect to the registry, for example while that is restarted.
        assert [request.method for request in server.requests] == ["CONNECT"] * (5 if status == 503 else 1)


def test_unreachable_proxy_is_named(tls_reader):
    tls_reader.plugin.secrets.append(USER.pair)
    url = f"http://{USER.name}:{USER.password}@{UNUSED_PORT}"
    error = tls_reader.fail({"HTTPS_PROXY": url}, watch=True)
    assert "proxy.example.com" in error


def test_a_proxy_without_a_port_is_on_port_80(tls_reader, tmp_path):
    """libcurl's own default is 1080."""
    with Proxy(tmp_path, 80) as proxy:
        for url in ("proxy.example.com", "http://proxy.example.com"):
            assert tls_reader.read(proxy, {"HTTPS_PROXY": url})


@pytest.mark.parametrize("url", [
    f"ftp://{USER.name}:{USER.password}@{UNUSED_PORT}", f"http://{USER.name}:{USER.password}@[broken",
    f"http://{USER.name}:{USER.password}@:x", f"://{USER.name}:{USER.password}",
])
def test_invalid_proxy_url_is_reported_without_its_password(tls_reader, url):
    tls_reader.plugin.secrets.append(USER.pair)
    tls_reader.flags = ("--debug",)
    error = tls_reader.fail({"HTTPS_PROXY": url}, watch=True)
    assert "HTTPS_PROXY" in error or "proxy" in error
