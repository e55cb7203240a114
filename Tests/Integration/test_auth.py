"""Credentials: they are found wherever docker login stores them, used, and never printed.

Most tests run with both kinds of registry, bearer tokens and Basic, over TLS with a CA in certs.d.
`support.plugin` checks in every run that no output contains a password.
"""

import json

import pytest

from support import images
from support.credentials import auth, identity_token, install_helper, username_password
from support.repository import platforms, skopeo_raw
from support.stub_registry import Answer, StubRegistry, errors
from support.users import PUBLISHER, READER, NO_ACCESS, User


def trust_registry(plugin, app):
    plugin.trust(app.host, app.registry.ca_file)
    return plugin


def check_published(app, result):
    put = app.manifest("v1")
    assert result.stdout == f"{put.digest}\n"
    assert platforms(put.content) == ["linux/arm64", "linux/amd64"]


@pytest.mark.parametrize("entry", [auth, username_password])
def test_credentials_from_auths(protected_app, plugin, entry):
    trust_registry(plugin, protected_app)
    plugin.configure({"auths": {protected_app.host: entry(PUBLISHER)}})
    result = plugin.publish(protected_app.at("v1"), *protected_app.push_pair(), watch=True)
    check_published(protected_app, result)


def test_skopeo_reads_what_was_published(protected_app, binary):
    trust_registry(binary, protected_app)
    binary.configure({"auths": {protected_app.host: auth(PUBLISHER)}})
    binary.publish(protected_app.at("v1"), *protected_app.push_pair())
    options = (
        "--authfile", str(binary.config_dir / "config.json"),
        "--cert-dir", str(binary.docker_dir / "certs.d" / protected_app.host),
    )
    content = skopeo_raw(protected_app.at("v1"), *options)
    assert content == protected_app.manifest("v1").content


def configure_helper(plugin, setting, host, user):
    helper = install_helper(plugin, "vault")
    helper.add_credential(host, user)
    helpers = {"credHelpers": {host: "vault"}, "credsStore": "vault"}
    plugin.configure({setting: helpers[setting]})
    return helper


@pytest.mark.parametrize("setting", ["credHelpers", "credsStore"])
def test_credentials_from_a_helper(protected_app, plugin, setting):
    trust_registry(plugin, protected_app)
    host = protected_app.host
    helper = configure_helper(plugin, setting, host, PUBLISHER)
    result = plugin.publish(protected_app.at("v1"), *protected_app.push_pair(), watch=True)
    check_published(protected_app, result)
    assert helper.calls == [f"get {host}"], "the helper is called once per host"


def test_cred_helpers_take_precedence_over_creds_store(protected_app, binary):
    trust_registry(binary, protected_app)
    host = protected_app.host
    install_helper(binary, "general").add_credential(host, NO_ACCESS)
    special = install_helper(binary, "special")
    special.add_credential(host, PUBLISHER)
    binary.configure({"credsStore": "general", "credHelpers": {host: "special"}})
    check_published(protected_app, binary.publish(protected_app.at("v1"), *protected_app.push_pair()))
    assert special.calls == [f"get {host}"]


def check_refused(app, plugin):
    words = app.push_pair()
    result = plugin.fail("publish", app.at("v1"), *words, watch=True)
    assert f"docker login {app.host}" in result.stderr
    assert app.tags() == sorted(words)
    return result


def test_wrong_password_is_refused(protected_app, plugin):
    trust_registry(plugin, protected_app)
    wrong = User(PUBLISHER.name, "not-the-password-3141")
    plugin.secrets.append(wrong.pair)
    plugin.configure({"auths": {protected_app.host: auth(wrong)}})
    check_refused(protected_app, plugin)


def test_wrong_password_from_a_helper_is_refused(protected_app, plugin):
    trust_registry(plugin, protected_app)
    wrong = User(PUBLISHER.name, "not-the-password-3141")
    plugin.secrets.append(wrong.pair)
    helper = configure_helper(plugin, "credHelpers", protected_app.host, wrong)
    check_refused(protected_app, plugin)
    assert len(helper.calls) == 1


def test_wrong_password_is_sent_once(protected_app, token_server, binary):
    """Not once for each image, which could lock the account."""
    trust_registry(binary, protected_app)
    wrong = User(PUBLISHER.name, "not-the-password-3141")
    binary.secrets.append(wrong.pair)
    binary.configure({"auths": {protected_app.host: auth(wrong)}})
    words = [f"v1-arm64-{number}" for number in range(10)]
    for word in words:
        protected_app.push(word, "linux/arm64")
    log = protected_app.registry.log
    before, mark = log.refusals(), token_server.mark()
    result = binary.fail("publish", protected_app.at("v1"), *words)
    assert f"docker login {protected_app.host}" in result.stderr
    refused = log.refusals() - before + len(token_server.since(mark))
    assert refused == 1 + 1, "one request without the password, and one with it"


# Challenges that stored credentials cannot answer.

@pytest.fixture
def challenging_registry():
    """A registry that accepts nobody; each test sets its challenge."""
    with StubRegistry({}) as stub:
        yield stub


def error_for_challenge(binary, registry, headers, entry):
    """The error for this challenge; no credentials may be sent in answer to it."""
    path = "/v2/test/app/manifests/v1"
    registry.answers["GET", path] = Answer(401, b"{}", headers)
    binary.configure({"auths": {registry.host: entry}})
    error = binary.fail("inspect", f"{registry.host}/test/app:v1").stderr
    assert registry.host in error
    assert not [r for r in registry.requests if "Authorization" in r.headers]
    return error


@pytest.mark.parametrize("challenge", [None, "Negotiate", "Digest realm=\"x\", NTLM"])
def test_unsupported_challenges_are_named(challenging_registry, binary, challenge):
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    error = error_for_challenge(binary, challenging_registry, headers, auth(PUBLISHER))
    assert "were not sent" in error and "did not accept" not in error
    for scheme in ("negotiate", "digest", "ntlm"):
        assert (scheme in error) == (scheme in (challenge or "").lower())


def test_identity_token_is_not_sent_as_a_basic_password(challenging_registry, binary):
    token = "refresh-token-in-the-test-1618"
    binary.secrets.append(("", token))
    headers = {"WWW-Authenticate": 'Basic realm="x"'}
    error = error_for_challenge(binary, challenging_registry, headers, identity_token(token))
    assert "identity token" in error and "did not accept" not in error
    assert f"docker login {challenging_registry.host}" in error


def test_unreachable_token_server_is_named(challenging_registry, binary):
    headers = {"WWW-Authenticate": 'Bearer realm="http://127.0.0.1:1/token",service="x"'}
    error = error_for_challenge(binary, challenging_registry, headers, auth(PUBLISHER))
    assert "token server" in error and "127.0.0.1:1" in error


def test_missing_credentials_are_reported(protected_app, plugin):
    trust_registry(plugin, protected_app)
    check_refused(protected_app, plugin)


def test_credentials_of_another_host_are_not_used(token_app, token_server, binary):
    trust_registry(binary, token_app)
    binary.configure({"auths": {"elsewhere.example": auth(PUBLISHER)}})
    mark = token_server.mark()
    check_refused(token_app, binary)
    refused = [request for request in token_server.since(mark) if not request.user]
    assert all("Authorization" not in request.headers for request in refused)


def test_helper_without_an_entry_means_no_credentials(protected_app, plugin):
    trust_registry(plugin, protected_app)
    helper = install_helper(plugin, "empty")
    plugin.configure({"credsStore": "empty"})
    check_refused(protected_app, plugin)
    assert helper.calls == [f"get {protected_app.host}"]


def test_missing_helper_is_named(protected_app, binary):
    trust_registry(binary, protected_app)
    binary.configure({"credsStore": "nowhere"})
    words = protected_app.push_pair()
    result = binary.fail("publish", protected_app.at("v1"), *words)
    assert "docker-credential-nowhere" in result.stderr
    assert protected_app.tags() == sorted(words)


def test_read_only_user_cannot_publish(token_app, plugin):
    trust_registry(plugin, token_app)
    words = token_app.push_pair()
    plugin.configure({"auths": {token_app.host: auth(READER)}})
    result = plugin.fail("publish", token_app.at("v1"), *words)
    assert token_app.name in result.stderr
    assert token_app.tags() == sorted(words)


def test_read_only_user_can_inspect(token_app, plugin):
    trust_registry(plugin, token_app)
    image = token_app.push("one")
    plugin.configure({"auths": {token_app.host: auth(READER)}})
    assert image.digest in plugin.run("inspect", token_app.at("one")).stdout


def test_one_token_serves_pull_and_push(token_app, token_server, binary):
    trust_registry(binary, token_app)
    binary.configure({"auths": {token_app.host: auth(PUBLISHER)}})
    words = token_app.push_pair()
    mark = token_server.mark()
    binary.publish(token_app.at("v1"), *words)
    [request] = token_server.since(mark)
    assert (request.method, request.status, request.user) == ("GET", 200, PUBLISHER.name)
    [scope] = request.scopes
    name, actions = scope.rsplit(":", 1)
    assert name == f"repository:{token_app.path}"
    assert set(actions.split(",")) == {"pull", "push"}


def test_what_a_server_repeats_of_a_secret_is_not_shown(challenging_registry, binary):
    """Not even if the user name is a token. The fixture fails if one of the secrets is in the output."""
    token = "dop_v1_0123456789abcdef0123456789"
    user = User(token, "pl4nted-s3cret/xyz")
    sent = [user.user_pass, user.password, token, auth(user)["auth"]]
    binary.secrets += [("", secret) for secret in sent]

    def repeat(request):
        given = request.headers.get("Authorization")
        if given is None:
            return Answer(401, b"{}", {"WWW-Authenticate": f'Bearer realm="{url}/token",service="x"'})
        return errors(403, "DENIED", f"got {given}", sent)

    def token_server(request):
        return Answer(200, b'{"token": "issued-t0ken-5512"}')

    url = f"http://{challenging_registry.host}"
    binary.secrets.append(("", "issued-t0ken-5512"))
    challenging_registry.answers["GET", "/v2/test/app/manifests/v1"] = repeat
    token_path = f"/token?service=x&scope=repository%3Atest%2Fapp%3Apull&account={token}"
    challenging_registry.answers["GET", token_path] = token_server
    binary.configure({"auths": {challenging_registry.host: auth(user)}})
    error = binary.fail("--debug", "inspect", f"{challenging_registry.host}/test/app:v1").stderr
    assert "does not allow pulling" in error and "got Bearer ***" in error
    assert "account=…" in error
    challenging_registry.answers["GET", token_path] = lambda _: errors(401, "UNAUTHORIZED", "bad login", sent)
    error = binary.fail("--debug", "inspect", f"{challenging_registry.host}/test/app:v1").stderr
    assert "did not accept the credentials" in error


@pytest.mark.parametrize("command", [
    ["inspect"], ["inspect", "--format", "json"], ["inspect", "--check"], ["inspect", "--check", "--format", "json"],
    ["resolve"], ["resolve", "--format", "json"],
])
def test_no_result_contains_what_a_registry_repeats_of_a_secret(challenging_registry, binary, command):
    """In an error, a media type and the name of an annotation. The name of the image contains the password, and stays."""
    user = User("bob", "registry.")
    image = images.build("linux/amd64")
    content = json.loads(image.manifest)
    content["layers"][0]["mediaType"] += f";{user.password}"
    manifest = json.dumps(content).encode()
    listed = images.index([(images.Image(manifest, image.media_type), "linux/amd64")])
    annotated = {**json.loads(listed.manifest), "annotations": {f"x.{user.password}": user.password}}
    base = "/v2/test/registry.app"

    def answering(body, media_type):
        def answer(request):
            if request.headers.get("Authorization") is None:
                return Answer(401, b"{}", {"WWW-Authenticate": 'Basic realm="x"'})
            return Answer(200, body, {"Content-Type": media_type})
        return answer

    def repeat(request):
        return errors(404, "BLOB_UNKNOWN", f"not for {user.user_pass}, {request.headers.get('Authorization')}")

    stub = challenging_registry
    answers = {
        "v1": answering(json.dumps(annotated).encode(), listed.media_type),
        images.digest_of(manifest): answering(manifest, image.media_type),
    }
    for method in ("GET", "HEAD"):
        stub.answers |= {(method, f"{base}/manifests/{name}"): answer for name, answer in answers.items()}
        stub.answers |= {(method, f"{base}/blobs/{images.digest_of(blob)}"): repeat for blob in image.blobs}
    binary.configure({"auths": {stub.host: auth(user)}})
    name = f"{stub.host}/test/registry.app:v1"
    result = binary.attempt(*command, name)
    output = result.stdout + result.stderr
    assert "***" in result.stdout
    assert user.password not in output.replace("registry.app", "")
    assert auth(user)["auth"] not in output
    if "json" in command:
        assert json.loads(result.stdout)["name"] == name
