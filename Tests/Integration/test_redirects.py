"""Redirects, and token servers elsewhere: who is asking is told to nobody but whom it is for."""

import pytest

from support import images
from support.credentials import auth, identity_token
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER

GOOD = images.build("linux/arm64")
CONFIG = GOOD.blobs[0]
CONFIG_PATH = f"/v2/test/app/blobs/{images.digest_of(CONFIG)}"
HOSTILE = "hostile.example.com"
OTHER = "elsewhere.example.com"
BASIC = Answer(401, b"{}", {"WWW-Authenticate": 'Basic realm="x"'})
MANIFEST = Answer(200, GOOD.manifest, {
    "Content-Type": GOOD.media_type, "Docker-Content-Digest": GOOD.digest,
})


def to(url):
    return Answer(307, b"", {"Location": url})


def once_known(answer):
    """Only for those who have said who they are."""
    return lambda request: answer if "Authorization" in request.headers else BASIC


def named(server, name):
    return f"{name}:{server.port}"


@pytest.fixture
def registry(authority):
    """A registry over TLS that wants a password, which the plugin trusts."""
    with StubRegistry({}, authority.server(names=(HOSTILE,))) as stub:
        stub.answers.update({
            ("GET", "/v2/test/app/manifests/v1"): once_known(MANIFEST),
            ("GET", CONFIG_PATH): once_known(Answer(200, CONFIG)),
        })
        yield stub


@pytest.fixture
def other(authority):
    """Somebody else, over TLS, to whom the registry sends people."""
    with StubRegistry({}, authority.server(names=(OTHER, HOSTILE))) as stub:
        yield stub


@pytest.fixture
def plain():
    """Somebody who speaks plain HTTP."""
    with StubRegistry({}) as stub:
        yield stub


@pytest.fixture
def name(registry, binary, authority):
    """The image, which the plugin has a password for."""
    host = named(registry, HOSTILE)
    binary.trust(host, authority.ca_file)
    binary.configure({"auths": {host: auth(PUBLISHER)}})
    return f"{host}/test/app:v1"


def inspect(binary, name, works=True):
    return (binary.run if works else binary.fail)("inspect", "--debug", name)


@pytest.mark.parametrize("host", [OTHER, HOSTILE])
@pytest.mark.parametrize("what", ["manifest", "blob"])
def test_nobody_else_is_told_who_asks(registry, other, binary, name, what, host):
    """Another name, and another port of the same name."""
    path = "/v2/test/app/manifests/v1" if what == "manifest" else CONFIG_PATH
    content = MANIFEST if what == "manifest" else Answer(200, CONFIG)
    registry.answers["GET", path] = once_known(to(f"https://{named(other, host)}/there?sig=5e6c"))
    other.answers["GET", "/there?sig=5e6c"] = content
    result = binary.run("publish", "--debug", name.replace(":v1", ":list"), ":v1", "--dry-run")
    assert GOOD.digest in result.stdout
    [request] = other.requests
    assert "Authorization" not in request.headers
    assert "5e6c" not in result.output, "a signature is a secret too"


def test_a_storage_that_asks_gets_nothing(registry, other, binary, name):
    registry.answers["GET", "/v2/test/app/manifests/v1"] = once_known(
        to(f"https://{named(other, OTHER)}/there")
    )
    other.answers["GET", "/there"] = BASIC
    inspect(binary, name, works=False)
    assert other.requests
    assert all("Authorization" not in request.headers for request in other.requests)


def test_from_https_to_http_is_refused(registry, plain, binary, name):
    registry.answers["GET", "/v2/test/app/manifests/v1"] = once_known(
        to(f"http://{named(plain, OTHER)}/there")
    )
    result = inspect(binary, name, works=False)
    assert plain.requests == []
    assert "http" in result.stderr and OTHER in result.stderr


def test_from_https_to_http_is_followed_where_that_is_allowed(registry, plain, binary, name):
    plain.answers["GET", "/there"] = MANIFEST
    registry.answers["GET", "/v2/test/app/manifests/v1"] = once_known(
        to(f"http://{named(plain, OTHER)}/there")
    )
    result = binary.run("inspect", "--insecure", name)
    assert GOOD.digest in result.stdout
    assert all("Authorization" not in request.headers for request in plain.requests)


def test_an_upload_is_not_sent_elsewhere(registry, other, binary, name):
    """A redirect of what is written is no place to send it to."""
    registry.answers["PUT", "/v2/test/app/manifests/list"] = to(
        f"https://{named(other, OTHER)}/there"
    )
    words = ":v1", "--platform", ":v1=linux/arm64"
    result = binary.fail("publish", name.replace(":v1", ":list"), *words)
    assert f"leads to https://{named(other, OTHER)}/there" in result.stderr
    assert all("Authorization" not in request.headers for request in other.requests)


def asks_for_tokens_at(registry, url):
    registry.answers["GET", "/v2/test/app/manifests/v1"] = Answer(
        401, b"{}", {"WWW-Authenticate": f'Bearer realm="{url}",service="s"'}
    )


def answers_any_query(stub, answer):
    """Whatever is asked."""
    def record(request):
        stub.requests.append(request)
        return answer
    stub.answer = record


@pytest.mark.parametrize("entry", [auth(PUBLISHER), identity_token("identity-1618033")])
def test_token_server_in_plain_http_gets_no_password(registry, plain, binary, name, entry):
    binary.secrets.append(("", "identity-1618033"))
    binary.configure({"auths": {named(registry, HOSTILE): entry}})
    asks_for_tokens_at(registry, f"http://{named(plain, OTHER)}/token")
    result = inspect(binary, name, works=False)
    assert all("Authorization" not in request.headers for request in plain.requests)
    assert all(not request.body for request in plain.requests)
    assert named(plain, OTHER) in result.stderr


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_redirect_of_a_token_request_carries_nothing(
    registry, other, plain, authority, binary, name, scheme
):
    target = other if scheme == "https" else plain
    with StubRegistry({}, authority.server(names=(OTHER,))) as token_server:
        url = f"{scheme}://{named(target, OTHER)}/stolen"
        answers_any_query(token_server, to(url))
        asks_for_tokens_at(registry, f"https://{named(token_server, OTHER)}/token")
        inspect(binary, name, works=False)
        assert "Authorization" in token_server.requests[0].headers
    assert all("Authorization" not in request.headers for request in target.requests)


def test_redirect_of_a_refresh_carries_nothing(registry, other, authority, binary, name):
    binary.secrets.append(("", "identity-1618033"))
    binary.configure({"auths": {named(registry, HOSTILE): identity_token("identity-1618033")}})
    with StubRegistry({}, authority.server(names=(OTHER,))) as token_server:
        answers_any_query(token_server, to(f"https://{named(other, OTHER)}/stolen"))
        asks_for_tokens_at(registry, f"https://{named(token_server, OTHER)}/token")
        inspect(binary, name, works=False)
        assert token_server.requests
    assert all(b"identity" not in request.body for request in other.requests)
    assert all("Authorization" not in request.headers for request in other.requests)


def test_token_server_elsewhere_is_normal_and_told_under_debug(
    registry, other, binary, name
):
    answers_any_query(other, Answer(200, b'{"token":"a-token-of-elsewhere-5772"}'))
    realm = f"https://{named(other, OTHER)}/token"
    asks = Answer(401, b"{}", {"WWW-Authenticate": f'Bearer realm="{realm}",service="s"'})
    for key, answer in list(registry.answers.items()):
        registry.answers[key] = (
            lambda request, answer=answer:
            answer(request) if "Authorization" in request.headers else asks
        )
    result = inspect(binary, name)
    assert named(other, OTHER) in result.stderr
    assert "a-token-of-elsewhere-5772" not in result.output
