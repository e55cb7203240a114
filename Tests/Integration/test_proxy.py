"""Proxies by the environment, as Go's tools read it (golang.org/x/net/http/httpproxy), and docker.

A real tinyproxy, and real registries at a name that is not of loopback.
"""

import pytest

from support.credentials import auth
from support.proxy import Proxy
from support.repository import ELSEWHERE, Repository
from support.users import PUBLISHER, User

NAME = "registry.example.com"  # Its address is ELSEWHERE.
NOBODY = "proxy.example.com:1"
USER = User("proxy-user", "proxy-password-2236")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    with Proxy(tmp_path_factory.mktemp("proxy"), 8888) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def guarded_proxy(tmp_path_factory):
    """One that wants a password."""
    with Proxy(tmp_path_factory.mktemp("guarded"), 8889, USER) as proxy:
        yield proxy


class Reader:
    """The plugin, which reads one image of a registry; the answer says through which proxy."""

    def __init__(self, app, image, plugin, *flags):
        self.app = app
        self.flags = flags
        self.plugin = plugin
        self._image = image

    def read(self, proxy, environment, **options):
        """What the proxy was asked for."""
        mark = proxy.mark()
        words = ("inspect", *self.flags, self.app.at("one"))
        result = self.plugin.run(*words, environment=environment, **options)
        assert self._image.digest in result.stdout
        return proxy.since(mark)

    def fail(self, environment, **options):
        words = ("inspect", *self.flags, self.app.at("one"))
        return self.plugin.fail(*words, environment=environment, **options).stderr


@pytest.fixture
def over_tls(token_registry, path, binary):
    app = Repository(token_registry, path, NAME)
    binary.trust(app.host, token_registry.ca_file)
    binary.configure({"auths": {app.host: auth(PUBLISHER)}})
    return Reader(app, app.push("one"), binary)


@pytest.fixture
def in_plain(plain_registry, path, binary):
    app = Repository(plain_registry, path, NAME)
    return Reader(app, app.push("one"), binary, "--insecure")


@pytest.mark.parametrize("form", ["http://{}", "{}", "http://{}/"])
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_proxy_of_https(proxy, over_tls, variable, form):
    asked = over_tls.read(proxy, {variable: form.format(proxy.host)})
    assert asked and set(asked) == {f"CONNECT {over_tls.app.host}"}


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_proxy_of_http(proxy, in_plain, variable):
    asked = in_plain.read(proxy, {variable: f"http://{proxy.host}"})
    assert [line for line in asked if line.startswith(f"GET http://{in_plain.app.host}/v2/")]


def test_proxy_of_http_is_not_that_of_https(proxy, over_tls):
    assert over_tls.read(proxy, {"HTTP_PROXY": f"http://{proxy.host}"}) == []


def test_own_proxy_goes_before_that_of_all(proxy, over_tls):
    environment = {"ALL_PROXY": f"http://{NOBODY}", "HTTPS_PROXY": f"http://{proxy.host}"}
    assert over_tls.read(proxy, environment)


def test_capitals_go_first(proxy, over_tls):
    """As in Go; curl alone would do the reverse."""
    environment = {"https_proxy": f"http://{NOBODY}", "HTTPS_PROXY": f"http://{proxy.host}"}
    assert over_tls.read(proxy, environment)


def test_empty_variables_are_none(proxy, over_tls):
    environment = {"HTTPS_PROXY": "", "https_proxy": "", "ALL_PROXY": ""}
    assert over_tls.read(proxy, environment) == []


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
    (NAME, "198.51.100.0/24", False),  # A name is not looked up for this.
    (NAME, "", False),
    (ELSEWHERE, "198.51.100.0/24", True),
    (ELSEWHERE, "198.51.100.1", True),
    (ELSEWHERE, "198.51.100.1:{port}", True),
    (ELSEWHERE, "198.51.100.1:1", False),
    (ELSEWHERE, "10.0.0.0/8", False),
    (ELSEWHERE, "registry.example.com", False),
    (ELSEWHERE, "*", True),
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
def test_no_proxy_in_both_cases(proxy, over_tls, variable):
    environment = {"HTTPS_PROXY": f"http://{proxy.host}", variable: NAME}
    assert over_tls.read(proxy, environment) == []


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "[::1]", "127.1.2.3"])
def test_loopback_has_no_proxy(proxy, plain_registry, path, binary, address):
    app = Repository(plain_registry, path, address)
    reader = Reader(app, app.push("one"), binary)
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    assert reader.read(proxy, {name: f"http://{proxy.host}" for name in names}) == []


def test_docker_hands_the_environment_on(proxy, by_docker, token_registry, path):
    app = Repository(token_registry, path, NAME)
    by_docker.trust(app.host, token_registry.ca_file)
    by_docker.configure({"auths": {app.host: auth(PUBLISHER)}})
    reader = Reader(app, app.push("one"), by_docker)
    assert reader.read(proxy, {"HTTPS_PROXY": f"http://{proxy.host}"})


def test_proxies_of_config_json_are_for_containers(proxy, over_tls, binary):
    """https://docs.docker.com/engine/cli/proxy/: the CLI itself does not use them."""
    binary.configure({
        "auths": {over_tls.app.host: auth(PUBLISHER)},
        "proxies": {"default": {"httpsProxy": f"http://{NOBODY}"}},
    })
    assert over_tls.read(proxy, {}) == []


def test_publish_through_a_proxy(proxy, over_tls):
    words = over_tls.app.push_pair()
    environment = {"HTTPS_PROXY": f"http://{proxy.host}"}
    mark = proxy.mark()
    over_tls.plugin.publish(over_tls.app.at("v1"), *words, environment=environment, watch=True)
    assert f"CONNECT {over_tls.app.host}" in proxy.since(mark)
    assert "v1" in over_tls.app.tags()


# With a password, which is in no output (`secrets`) and no command line (`watch`).

@pytest.mark.parametrize("password", [USER.password, USER.password.replace("-", "%2D")])
def test_password_of_the_proxy(guarded_proxy, over_tls, password):
    over_tls.plugin.secrets += [USER.pair, (USER.name, password)]
    over_tls.flags = ("--debug",)
    url = f"http://{USER.name}:{password}@{guarded_proxy.host}"
    assert over_tls.read(guarded_proxy, {"HTTPS_PROXY": url}, watch=True)


def test_password_of_the_proxy_in_plain_http(guarded_proxy, in_plain):
    in_plain.plugin.secrets.append(USER.pair)
    in_plain.flags = ("--insecure", "--debug")
    url = f"http://{USER.name}:{USER.password}@{guarded_proxy.host}"
    assert in_plain.read(guarded_proxy, {"HTTP_PROXY": url}, watch=True)


@pytest.mark.parametrize("who", ["", f"{USER.name}:wrong-password-8086@"])
def test_proxy_that_refuses_is_told_from_the_registry(guarded_proxy, over_tls, who):
    over_tls.plugin.secrets += [USER.pair, (USER.name, "wrong-password-8086")]
    over_tls.flags = ("--debug",)
    error = over_tls.fail({"HTTPS_PROXY": f"http://{who}{guarded_proxy.host}"}, watch=True)
    assert guarded_proxy.host in error
    # tinyproxy says 407 to who has no password, and 401 to who has a wrong one.
    assert ("401" if who else "password") in error
    assert "docker login" not in error, "that is another password"


def test_proxy_that_is_not_there_is_named(over_tls):
    over_tls.plugin.secrets.append(USER.pair)
    url = f"http://{USER.name}:{USER.password}@{NOBODY}"
    error = over_tls.fail({"HTTPS_PROXY": url}, watch=True)
    assert "proxy.example.com" in error


@pytest.mark.parametrize("url", [
    f"ftp://{USER.name}:{USER.password}@{NOBODY}", f"http://{USER.name}:{USER.password}@[broken",
    f"http://{USER.name}:{USER.password}@:x", f"://{USER.name}:{USER.password}",
])
def test_broken_address_of_a_proxy_is_not_shown_whole(over_tls, url):
    over_tls.plugin.secrets.append(USER.pair)
    over_tls.flags = ("--debug",)
    error = over_tls.fail({"HTTPS_PROXY": url}, watch=True)
    assert "HTTPS_PROXY" in error or "proxy" in error
