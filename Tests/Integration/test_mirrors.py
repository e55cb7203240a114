"""registry-mirrors of daemon.json: used to read from Docker Hub, and for nothing else.

https://docs.docker.com/docker-hub/image-library/mirror/ ; Docker Hub and the mirrors are real
registries here, under these host names.
"""

import pytest

from support.certs import Authority
from support.credentials import auth, install_helper
from support.deployment import Deployment
from support.images import build, digest_of
from support.registry import Registry
from support.registry_api import RegistryAPI
from support.registry_products import DOCKER_HUB
from support.repository import platforms
from support.reverse_proxy import ReverseProxy
from support.stub_registry import Answer, StubRegistry

MIRROR = "mirror.example.com"
SECOND = "second-mirror.example.com"


@pytest.fixture(scope="module")
def hub(tmp_path_factory, authority):
    directory = tmp_path_factory.mktemp("hub")
    signing = Authority(directory / "signing", "manifestx test token authority")
    with Deployment(DOCKER_HUB, directory, authority, signing) as deployment:
        yield deployment


@pytest.fixture(scope="module")
def mirror(tmp_path_factory, authority):
    """A reverse proxy in front of an open registry, like a company's pull-through cache."""
    with Registry(tmp_path_factory.mktemp("mirror")) as registry:
        certificate = authority.server(names=(MIRROR,))
        with ReverseProxy(MIRROR, {"/v2/": registry.host}, certificate) as proxy:
            proxy.api = RegistryAPI(registry.url)
            yield proxy


@pytest.fixture
def app(hub, path):
    return hub.repository(path.removeprefix("test/"))


@pytest.fixture
def reader(hub, mirror, binary, authority):
    """The plugin, logged in to Docker Hub, with the mirror in daemon.json."""
    assert mirror
    hub.prepare(binary)
    binary.configure({"auths": DOCKER_HUB.auths})
    binary.trust(MIRROR, authority.ca_file)
    binary.configure_daemon({"registry-mirrors": [f"https://{MIRROR}"]})
    return binary


def asked(proxy, mark):
    return [r for r in proxy.since(mark) if r.path.startswith("/v2/")]


def hub_proxy(hub):
    [proxy] = [proxy for proxy in hub.reverse_proxies if proxy.name == "registry-1.docker.io"]
    return proxy


def none_authorized(requests):
    return all("Authorization" not in request.headers for request in requests)


def test_mirror_is_read_first(hub, mirror, app, reader):
    image = app.push("one", "linux/arm64")
    mirror.api.push(app.path, image, "one")
    at_hub, at_mirror = hub_proxy(hub).mark(), mirror.mark()
    assert image.digest in reader.run("inspect", app.at("one")).stdout
    assert asked(hub_proxy(hub), at_hub) == []
    assert asked(mirror, at_mirror) and none_authorized(asked(mirror, at_mirror))


def test_mirror_is_asked_for_library_images_by_full_name(hub, mirror, reader):
    """`alpine` is library/alpine on the mirror, too."""
    image = hub.repository("unused").push("one", "linux/arm64")
    mirror.api.push("library/alpine", image, "3.20")
    assert image.digest in reader.run("inspect", "alpine:3.20").stdout


def test_missing_in_the_mirror_is_read_from_docker_hub(hub, mirror, app, reader):
    image = app.push("one", "linux/arm64")
    at_mirror = mirror.mark()
    assert image.digest in reader.run("inspect", app.at("one")).stdout
    assert {r.status for r in asked(mirror, at_mirror)} == {404}
    assert none_authorized(asked(mirror, at_mirror))


def test_mirrors_are_not_asked_which_tags_exist(mirror, app, reader):
    """A cache knows only those that somebody has read."""
    app.push("v1-arm64", "linux/arm64")
    at_mirror = mirror.mark()
    assert "v1-arm64" in reader.fail("inspect", app.at("v1-arm6")).stderr
    assert [r.path.split("/")[-1] for r in asked(mirror, at_mirror)] == ["v1-arm6"]


@pytest.mark.parametrize("answer", [
    Answer(401, b"{}", {"WWW-Authenticate": 'Basic realm="mirror"'}),
    Answer(401, b"{}", {"WWW-Authenticate": 'Bearer realm="https://auth.docker.io/token"'}),
    Answer(403), Answer(400), Answer(501), Answer(200, b"<html>welcome</html>"),
], ids=["basic", "bearer", "403", "400", "501", "page"])
def test_failing_mirror_is_skipped(app, reader, authority, answer):
    image = app.push("one", "linux/arm64")
    with StubRegistry({}, authority.server(names=(SECOND,))) as stub:
        def refuse(request):
            stub.requests.append(request)
            return answer
        stub.answer = refuse
        host = f"{SECOND}:{stub.port}"
        reader.trust(host, authority.ca_file)
        reader.configure_daemon({"registry-mirrors": [f"https://{host}/"]})
        assert image.digest in reader.run("inspect", "--debug", app.at("one")).stdout
        assert stub.requests and none_authorized(stub.requests)


@pytest.mark.parametrize("mirror_url", [
    f"https://{SECOND}", "https://nobody.example.com", f"https://{SECOND}:1",
])
def test_unreachable_mirror_is_skipped(app, reader, mirror_url):
    image = app.push("one", "linux/arm64")
    reader.configure_daemon({"registry-mirrors": [mirror_url]})
    result = reader.run("inspect", app.at("one"))
    assert image.digest in result.stdout
    assert result.seconds < 5, "it must not wait for a mirror that is down"


def test_mirrors_are_tried_in_order(mirror, app, reader):
    image = app.push("one", "linux/arm64")
    mirror.api.push(app.path, image, "one")
    reader.configure_daemon({"registry-mirrors": [f"https://{SECOND}:1", f"https://{MIRROR}"]})
    at_mirror = mirror.mark()
    assert image.digest in reader.run("inspect", app.at("one")).stdout
    assert 200 in {r.status for r in asked(mirror, at_mirror)}


def test_plain_http_mirror_is_used_without_credentials(app, reader):
    """As in docker, the scheme of the mirror decides; it gets no credentials."""
    image = app.push("one", "linux/arm64")
    answers = {
        ("GET", f"/v2/{app.path}/manifests/one"): Answer(
            200, image.manifest, {"Content-Type": image.media_type}
        ),
        ("GET", f"/v2/{app.path}/blobs/{digest_of(image.blobs[0])}"): Answer(200, image.blobs[0]),
    }
    with StubRegistry(answers) as stub:
        reader.configure_daemon({"registry-mirrors": [f"http://{SECOND}:{stub.port}"]})
        assert image.digest in reader.run("inspect", app.at("one")).stdout
        assert stub.requests and none_authorized(stub.requests)


def test_publish_does_not_use_mirrors(hub, mirror, app, reader):
    """It reads the images from the registry that it writes to: a mirror may be outdated."""
    words = app.push_pair()
    stale = build("linux/arm64", marker="stale")
    mirror.api.push(app.path, stale, words[0])
    at_mirror = mirror.mark()
    result = reader.publish(app.at("v1"), *words)
    put = app.manifest("v1")
    assert result.stdout == f"{put.digest}\n"
    assert platforms(put.content) == ["linux/arm64", "linux/amd64"]
    assert stale.digest not in put.content.decode()
    assert asked(mirror, at_mirror) == []
    assert [r for r in hub_proxy(hub).requests if r.method == "PUT" and r.status == 201]


def test_mirrors_are_only_for_docker_hub(mirror, non_loopback_app, reader):
    image = non_loopback_app.push("one", "linux/arm64")
    at_mirror = mirror.mark()
    assert image.digest in reader.run("inspect", "--insecure", non_loopback_app.at("one")).stdout
    assert asked(mirror, at_mirror) == []


def test_mirror_gets_its_own_credentials(app, reader, authority):
    """Credentials that are stored for the mirror's host are sent to the mirror."""
    image = app.push("one", "linux/arm64")
    entry = {"auth": "bWlycm9yLXVzZXI6bWlycm9yLXBhc3N3b3JkLTMxNDE="}
    reader.secrets.append(("mirror-user", "mirror-password-3141"))
    with StubRegistry({}, authority.server(names=(SECOND,))) as stub:
        def serve(request):
            stub.requests.append(request)
            if request.headers.get("Authorization") != f"Basic {entry['auth']}":
                return Answer(401, b"{}", {"WWW-Authenticate": 'Basic realm="mirror"'})
            if "/manifests/" in request.path:
                return Answer(200, image.manifest, {"Content-Type": image.media_type})
            return Answer(200, image.blobs[0])
        stub.answer = serve
        host = f"{SECOND}:{stub.port}"
        reader.trust(host, authority.ca_file)
        reader.configure({"auths": {**DOCKER_HUB.auths, host: entry}})
        reader.configure_daemon({"registry-mirrors": [f"https://{host}"]})
        assert image.digest in reader.run("inspect", app.at("one")).stdout
        seen = {r.headers.get("Authorization") for r in stub.requests}
        assert seen <= {None, f"Basic {entry['auth']}"}


def test_invalid_setting_is_named(app, reader):
    image = app.push("one", "linux/arm64")
    path = reader.configure_daemon({"registry-mirrors": "https://mirror.example.com"})
    result = reader.attempt("inspect", app.at("one"))
    assert str(path) in result.stderr and "registry-mirrors" in result.stderr
    assert result.returncode != 0 or image.digest in result.stdout


def test_helper_is_asked_for_docker_hubs_v1_address(hub, app, binary):
    """Docker Hub is https://index.docker.io/v1/ on a helper's stdin, as in `auths`."""
    hub.prepare(binary)
    helper = install_helper(binary, "vault")
    helper.add_credential("https://index.docker.io/v1/", DOCKER_HUB.user)
    binary.configure({"credsStore": "vault"})
    binary.publish(app.at("v1"), *app.push_pair())
    assert helper.calls == ["get https://index.docker.io/v1/"]


SPELLINGS = ("docker.io/", "index.docker.io/", "registry-1.docker.io/", "")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_all_names_of_docker_hub_share_the_credentials(hub, app, binary, spelling):
    hub.prepare(binary)
    binary.configure({"auths": DOCKER_HUB.auths})
    image = app.push("one", "linux/arm64")
    assert image.digest in binary.run("inspect", f"{spelling}{app.path}:one").stdout


def test_no_login_is_needed_to_read_from_a_mirror(hub, mirror, app, binary, authority):
    hub.prepare(binary)
    binary.trust(MIRROR, authority.ca_file)
    binary.configure_daemon({"registry-mirrors": [f"https://{MIRROR}"]})
    binary.configure({"auths": {"other.example.com": auth(DOCKER_HUB.user)}})
    image = app.push("one", "linux/arm64")
    mirror.api.push(app.path, image, "one")
    assert image.digest in binary.run("inspect", app.at("one")).stdout
