"""Redirects, and token servers on other hosts: credentials are only sent where they belong."""

import pytest

from support import images
from support.credentials import auth, identity_token
from support.nginx import Nginx
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


def redirect(url):
    return Answer(307, b"", {"Location": url})


def with_authorization(answer):
    """This answer to requests with credentials, and a challenge to others."""
    return lambda request: answer if "Authorization" in request.headers else BASIC


def with_credentials(server):
    """The requests that the server got with credentials."""
    return [request for request in server.requests if "Authorization" in request.headers]


def address_of(server, name):
    return f"{name}:{server.port}"


@pytest.fixture
def registry(authority):
    """A registry over TLS that requires a password, and that the plugin trusts."""
    with StubRegistry({}, authority.server(names=(HOSTILE,))) as stub:
        stub.answers.update({
            ("GET", "/v2/test/app/manifests/v1"): with_authorization(MANIFEST),
            ("GET", CONFIG_PATH): with_authorization(Answer(200, CONFIG)),
        })
        yield stub


@pytest.fixture
def other_server(authority):
    """Another server over TLS, the target of redirects."""
    with StubRegistry({}, authority.server(names=(OTHER, HOSTILE))) as stub:
        yield stub


@pytest.fixture
def plain_server():
    """A server with plain HTTP."""
    with StubRegistry({}) as stub:
        yield stub


@pytest.fixture
def name(registry, binary, authority):
    """The reference of the image; the plugin has credentials for its registry."""
    host = address_of(registry, HOSTILE)
    binary.trust(host, authority.ca_file)
    binary.configure({"auths": {host: auth(PUBLISHER)}})
    return f"{host}/test/app:v1"


def inspect(binary, name, works=True):
    return (binary.run if works else binary.fail)("inspect", "--debug", name)


@pytest.mark.parametrize("host", [OTHER, HOSTILE])
@pytest.mark.parametrize("what", ["manifest", "blob"])
def test_credentials_are_not_sent_to_a_redirect_target(
    registry, other_server, binary, name, what, host
):
    """Neither to another host, nor to another port of the same host."""
    path = "/v2/test/app/manifests/v1" if what == "manifest" else CONFIG_PATH
    content = MANIFEST if what == "manifest" else Answer(200, CONFIG)
    target = f"https://{address_of(other_server, host)}/there?sig=5e6c"
    registry.answers["GET", path] = with_authorization(redirect(target))
    other_server.answers["GET", "/there?sig=5e6c"] = content
    result = binary.run("publish", "--debug", name.replace(":v1", ":list"), ":v1", "--dry-run")
    assert GOOD.digest in result.stdout
    [request] = other_server.requests
    assert "Authorization" not in request.headers
    assert "5e6c" not in result.output, "a signature is a secret, too"


def test_credentials_are_not_sent_when_a_redirect_target_asks(registry, other_server, binary, name):
    registry.answers["GET", "/v2/test/app/manifests/v1"] = with_authorization(
        redirect(f"https://{address_of(other_server, OTHER)}/there")
    )
    other_server.answers["GET", "/there"] = BASIC
    inspect(binary, name, works=False)
    assert other_server.requests
    assert not with_credentials(other_server)


@pytest.mark.parametrize("status", [404, 400])
@pytest.mark.parametrize("entry", [auth(PUBLISHER), identity_token("identity-1618033")])
@pytest.mark.parametrize("command", ["inspect", "publish"])
def test_redirect_target_names_no_token_server(
    registry, other_server, authority, binary, name, status, entry, command
):
    """The registry lets everyone read and redirects to its storage, which names a server that would get the password."""
    binary.secrets.append(("", "identity-1618033"))
    binary.configure({"auths": {address_of(registry, HOSTILE): entry}})
    with StubRegistry({}, authority.server(names=(OTHER,))) as thief:
        answer_everything(thief, Answer(200, b'{"token":"a-token-of-a-thief"}'))
        realm = f"https://{address_of(thief, OTHER)}/token"
        storage = f"https://{address_of(other_server, OTHER)}/there"
        registry.answers["GET", "/v2/test/app/manifests/v1"] = redirect(storage)
        other_server.answers["GET", "/there"] = Answer(
            status, b"gone", {"WWW-Authenticate": f'Bearer realm="{realm}",scope="repository:victim:pull,push"'}
        )
        images = [name] if command == "inspect" else [name.replace(":v1", ":list"), ":v1"]
        result = binary.fail(command, *images)
    assert str(status) in result.stderr
    assert other_server.requests and not with_credentials(other_server)
    assert thief.requests == []


def test_refused_redirect_names_what_was_requested(registry, other_server, authority, binary, name):
    storage = f"https://{address_of(other_server, OTHER)}/there"
    host = address_of(registry, HOSTILE)
    registry.answers["GET", "/v2/test/app/manifests/v1"] = with_authorization(redirect(storage))
    other_server.answers["GET", "/there"] = Answer(403)
    refusal = f"redirects to {address_of(other_server, OTHER)}, which refused the request (403)"
    answers = {("GET", "/v2/test/app/manifests/v1"): MANIFEST, ("GET", CONFIG_PATH): Answer(200, CONFIG)}
    with StubRegistry(answers) as good:
        result = binary.fail("publish", f"{good.host}/test/app:list", ":v1", name, code=4)
    assert f"ERROR: {host}/v2/test/app/manifests/v1 {refusal}\n" in result.stderr
    with StubRegistry({}, authority.server(names=(OTHER,))) as token_server:
        answer_everything(token_server, redirect(storage))
        token_url = f"{address_of(token_server, OTHER)}/token"
        require_tokens_from(registry, f"https://{token_url}")
        error = binary.fail("inspect", name, code=4).stderr
    assert error.startswith(f"ERROR: cannot get a token for {host}: {token_url}?") and f" {refusal}\n" in error


def test_refused_redirect_of_a_registry_in_plain_http_does_not_mention_https(binary):
    target = f"http://{OTHER}/there"
    with StubRegistry({("GET", "/v2/test/app/manifests/v1"): redirect(target)}) as server:
        error = binary.fail("inspect", f"{server.host}/test/app:v1").stderr
    path = f"{server.host}/v2/test/app/manifests/v1"
    assert error == f"ERROR: {path} redirects to {target}, which is plain HTTP\n"


def test_redirect_from_https_to_http_is_refused(registry, plain_server, binary, name):
    registry.answers["GET", "/v2/test/app/manifests/v1"] = with_authorization(
        redirect(f"http://{address_of(plain_server, OTHER)}/there")
    )
    result = inspect(binary, name, works=False)
    assert plain_server.requests == []
    assert "http" in result.stderr and OTHER in result.stderr


def test_insecure_allows_a_redirect_from_https_to_http(registry, plain_server, binary, name):
    plain_server.answers["GET", "/there"] = MANIFEST
    registry.answers["GET", "/v2/test/app/manifests/v1"] = with_authorization(
        redirect(f"http://{address_of(plain_server, OTHER)}/there")
    )
    result = binary.run("inspect", "--insecure", name)
    assert GOOD.digest in result.stdout
    assert plain_server.requests and not with_credentials(plain_server)


def test_redirect_of_a_put_is_not_followed(registry, other_server, binary, name):
    """The manifest must not be uploaded to another host."""
    registry.answers["PUT", "/v2/test/app/manifests/list"] = redirect(
        f"https://{address_of(other_server, OTHER)}/there"
    )
    words = ":v1", "--platform", ":v1=linux/arm64"
    result = binary.fail("publish", name.replace(":v1", ":list"), *words)
    assert f"redirects to https://{address_of(other_server, OTHER)}/there" in result.stderr
    assert other_server.requests == []


def test_writes_follow_a_redirect_to_another_path(app, authority, binary, tmp_path):
    """A gateway has moved the paths. docker's client follows as well."""
    app.push("v1-amd64", "linux/amd64")
    settings = f"""
      set $which $request_method$uri;
      if ($which ~ "^(POST/v2/|PUT/v2/.*/manifests/)") {{ return 308 /moved$request_uri; }}
      location /moved/ {{
        rewrite ^/moved(.*)$ $1 break;
        proxy_pass http://{app.host};
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-Proto https;
      }}"""
    certificate = authority.server("registry.example.com")
    with Nginx(tmp_path, "registry.example.com", app.host, certificate, settings) as nginx:
        binary.trust(nginx.host, authority.ca_file)
        binary.publish(f"{nginx.host}/{app.path}/copy:v1", app.at("v1-amd64"))
        binary.run("inspect", "--check", f"{nginx.host}/{app.path}/copy:v1")


def require_tokens_from(registry, url):
    registry.answers["GET", "/v2/test/app/manifests/v1"] = Answer(
        401, b"{}", {"WWW-Authenticate": f'Bearer realm="{url}",service="s"'}
    )


def answer_everything(stub, answer):
    """Gives this answer to every request."""
    def record(request):
        stub.requests.append(request)
        return answer
    stub.answer = record


@pytest.mark.parametrize("entry", [auth(PUBLISHER), identity_token("identity-1618033")])
def test_token_server_in_plain_http_gets_no_password(registry, plain_server, binary, name, entry):
    binary.secrets.append(("", "identity-1618033"))
    binary.configure({"auths": {address_of(registry, HOSTILE): entry}})
    require_tokens_from(registry, f"http://{address_of(plain_server, OTHER)}/token")
    result = inspect(binary, name, works=False)
    assert plain_server.requests == []
    assert f"http://{address_of(plain_server, OTHER)}" in result.stderr and "--insecure" in result.stderr


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_redirect_of_a_token_request_carries_no_credentials(
    registry, other_server, plain_server, authority, binary, name, scheme
):
    target = other_server if scheme == "https" else plain_server
    with StubRegistry({}, authority.server(names=(OTHER,))) as token_server:
        url = f"{scheme}://{address_of(target, OTHER)}/stolen"
        answer_everything(token_server, redirect(url))
        require_tokens_from(registry, f"https://{address_of(token_server, OTHER)}/token")
        inspect(binary, name, works=False)
        assert "Authorization" in token_server.requests[0].headers
    assert [request.path for request in target.requests] == (["/stolen"] if scheme == "https" else [])
    assert not with_credentials(target)


def test_redirect_of_a_refresh_carries_no_credentials(registry, other_server, authority, binary, name):
    binary.secrets.append(("", "identity-1618033"))
    binary.configure({"auths": {address_of(registry, HOSTILE): identity_token("identity-1618033")}})
    with StubRegistry({}, authority.server(names=(OTHER,))) as token_server:
        answer_everything(token_server, redirect(f"https://{address_of(other_server, OTHER)}/stolen"))
        require_tokens_from(registry, f"https://{address_of(token_server, OTHER)}/token")
        inspect(binary, name, works=False)
        assert token_server.requests
    assert other_server.requests == []


def test_token_server_on_another_host_is_used_and_shown_by_debug(
    registry, other_server, binary, name
):
    answer_everything(other_server, Answer(200, b'{"token":"a-token-of-elsewhere-5772"}'))
    realm = f"https://{address_of(other_server, OTHER)}/token"
    asks = Answer(401, b"{}", {"WWW-Authenticate": f'Bearer realm="{realm}",service="s"'})
    for key, answer in list(registry.answers.items()):
        registry.answers[key] = (
            lambda request, answer=answer:
            answer(request) if "Authorization" in request.headers else asks
        )
    result = inspect(binary, name)
    assert address_of(other_server, OTHER) in result.stderr
    assert "a-token-of-elsewhere-5772" not in result.output


def test_token_server_that_sends_a_web_page(registry, authority, binary, name):
    """As a page to log in to a network does, instead of any other server."""
    with StubRegistry({}, authority.server(names=(OTHER,))) as token_server:
        answer_everything(token_server, Answer(200, b"<html>", {"Content-Type": "text/html"}))
        url = f"{address_of(token_server, OTHER)}/token"
        require_tokens_from(registry, f"https://{url}")
        error = binary.fail("inspect", name).stderr
    assert error == (
        f"ERROR: cannot get a token for {address_of(registry, HOSTILE)}: "
        f"{url} sent a response that cannot be used: it is a web page\n"
        "  The response may come from a firewall or a proxy: ask its administrator, or the registry's owner\n"
    )
