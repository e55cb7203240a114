"""Credentials: wherever docker login has left them, they are found, used, and never shown.

Both kinds of registry, bearer tokens and Basic, over TLS by a CA that docker was told to trust.
That no output holds a password is checked by every run (see `support.plugin`).
"""

import pytest

from support.credentials import auth, identity_token, install_helper, username_password
from support.repository import platforms, skopeo_raw
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER, READER, STRANGER, User


def trusting(plugin, app):
    plugin.trust(app.host, app.registry.ca_file)
    return plugin


def check_published(app, result):
    put = app.manifest("v1")
    assert result.stdout == f"{put.digest}\n"
    assert platforms(put.content) == ["linux/arm64", "linux/amd64"]


@pytest.mark.parametrize("entry", [auth, username_password])
def test_credentials_of_auths(guarded_app, plugin, entry):
    trusting(plugin, guarded_app)
    plugin.configure({"auths": {guarded_app.host: entry(PUBLISHER)}})
    result = plugin.publish(guarded_app.at("v1"), *guarded_app.push_pair(), watch=True)
    check_published(guarded_app, result)


def test_skopeo_reads_what_was_published(guarded_app, binary):
    trusting(binary, guarded_app)
    binary.configure({"auths": {guarded_app.host: auth(PUBLISHER)}})
    binary.publish(guarded_app.at("v1"), *guarded_app.push_pair())
    options = (
        "--authfile", str(binary.config_dir / "config.json"),
        "--cert-dir", str(binary.docker_dir / "certs.d" / guarded_app.host),
    )
    content = skopeo_raw(guarded_app.at("v1"), *options)
    assert content == guarded_app.manifest("v1").content


def configure_helper(plugin, setting, host, user):
    helper = install_helper(plugin, "vault")
    helper.knows(host, user)
    helpers = {"credHelpers": {host: "vault"}, "credsStore": "vault"}
    plugin.configure({setting: helpers[setting]})
    return helper


@pytest.mark.parametrize("setting", ["credHelpers", "credsStore"])
def test_credentials_of_a_helper(guarded_app, plugin, setting):
    trusting(plugin, guarded_app)
    host = guarded_app.host
    helper = configure_helper(plugin, setting, host, PUBLISHER)
    result = plugin.publish(guarded_app.at("v1"), *guarded_app.push_pair(), watch=True)
    check_published(guarded_app, result)
    assert helper.calls == [f"get {host}"], "one question for each host, and once"


def test_helper_of_the_host_goes_before_the_store(guarded_app, binary):
    trusting(binary, guarded_app)
    host = guarded_app.host
    install_helper(binary, "general").knows(host, STRANGER)
    special = install_helper(binary, "special")
    special.knows(host, PUBLISHER)
    binary.configure({"credsStore": "general", "credHelpers": {host: "special"}})
    check_published(guarded_app, binary.publish(guarded_app.at("v1"), *guarded_app.push_pair()))
    assert special.calls == [f"get {host}"]


def check_refused(app, plugin):
    words = app.push_pair()
    result = plugin.fail("publish", app.at("v1"), *words, watch=True)
    assert f"docker login {app.host}" in result.stderr
    assert app.tags() == sorted(words)
    return result


def test_wrong_password(guarded_app, plugin):
    trusting(plugin, guarded_app)
    wrong = User(PUBLISHER.name, "not-the-password-3141")
    plugin.secrets.append(wrong.pair)
    plugin.configure({"auths": {guarded_app.host: auth(wrong)}})
    check_refused(guarded_app, plugin)


def test_wrong_password_of_a_helper(guarded_app, plugin):
    trusting(plugin, guarded_app)
    wrong = User(PUBLISHER.name, "not-the-password-3141")
    plugin.secrets.append(wrong.pair)
    helper = configure_helper(plugin, "credHelpers", guarded_app.host, wrong)
    check_refused(guarded_app, plugin)
    assert len(helper.calls) == 1


def test_wrong_password_is_sent_once(guarded_app, token_server, binary):
    """And not once for each image: that locks accounts."""
    trusting(binary, guarded_app)
    wrong = User(PUBLISHER.name, "not-the-password-3141")
    binary.secrets.append(wrong.pair)
    binary.configure({"auths": {guarded_app.host: auth(wrong)}})
    words = [f"v1-arm64-{number}" for number in range(10)]
    for word in words:
        guarded_app.push(word, "linux/arm64")
    log = guarded_app.registry.log
    before, mark = log.refusals(), token_server.mark()
    result = binary.fail("publish", guarded_app.at("v1"), *words)
    assert f"docker login {guarded_app.host}" in result.stderr
    without_password = len(words)
    refused = log.refusals() - before + len(token_server.since(mark))
    assert refused == without_password + 1


# Questions that no credential answers.

@pytest.fixture
def asking():
    """A registry that lets nobody in; tests say how it asks."""
    with StubRegistry({}) as stub:
        yield stub


def told_when_asked(binary, registry, headers, entry):
    """What is said of the question; nothing may be sent in answer to it."""
    path = "/v2/test/app/manifests/v1"
    registry.answers["GET", path] = Answer(401, b"{}", headers)
    binary.configure({"auths": {registry.host: entry}})
    error = binary.fail("inspect", f"{registry.host}/test/app:v1").stderr
    assert registry.host in error
    assert not [r for r in registry.requests if "Authorization" in r.headers]
    return error


@pytest.mark.parametrize("challenge", [None, "Negotiate", "Digest realm=\"x\", NTLM"])
def test_question_that_nobody_understands(asking, binary, challenge):
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    error = told_when_asked(binary, asking, headers, auth(PUBLISHER))
    assert "were not sent" in error and "did not accept" not in error
    for scheme in ("negotiate", "digest", "ntlm"):
        assert (scheme in error) == (scheme in (challenge or "").lower())


def test_identity_token_where_a_password_is_wanted(asking, binary):
    token = "refresh-token-in-the-test-1618"
    binary.secrets.append(("", token))
    headers = {"WWW-Authenticate": 'Basic realm="x"'}
    error = told_when_asked(binary, asking, headers, identity_token(token))
    assert "identity token" in error and "did not accept" not in error
    assert f"docker login {asking.host}" in error


def test_token_server_that_is_not_there(asking, binary):
    headers = {"WWW-Authenticate": 'Bearer realm="http://127.0.0.1:1/token",service="x"'}
    error = told_when_asked(binary, asking, headers, auth(PUBLISHER))
    assert "token server" in error and "127.0.0.1:1" in error


def test_no_credentials(guarded_app, plugin):
    trusting(plugin, guarded_app)
    check_refused(guarded_app, plugin)


def test_credentials_of_another_host_are_not_used(token_app, token_server, binary):
    trusting(binary, token_app)
    binary.configure({"auths": {"elsewhere.example": auth(PUBLISHER)}})
    mark = token_server.mark()
    check_refused(token_app, binary)
    refused = [request for request in token_server.since(mark) if not request.user]
    assert all("Authorization" not in request.headers for request in refused)


def test_helper_that_knows_nothing_means_no_credentials(guarded_app, plugin):
    trusting(plugin, guarded_app)
    helper = install_helper(plugin, "empty")
    plugin.configure({"credsStore": "empty"})
    check_refused(guarded_app, plugin)
    assert helper.calls == [f"get {guarded_app.host}"]


def test_missing_helper_is_named(guarded_app, binary):
    trusting(binary, guarded_app)
    binary.configure({"credsStore": "nowhere"})
    words = guarded_app.push_pair()
    result = binary.fail("publish", guarded_app.at("v1"), *words)
    assert "docker-credential-nowhere" in result.stderr
    assert guarded_app.tags() == sorted(words)


def test_who_may_only_pull_cannot_publish(token_app, plugin):
    trusting(plugin, token_app)
    words = token_app.push_pair()
    plugin.configure({"auths": {token_app.host: auth(READER)}})
    result = plugin.fail("publish", token_app.at("v1"), *words)
    assert token_app.name in result.stderr
    assert token_app.tags() == sorted(words)


def test_who_may_only_pull_can_inspect(token_app, plugin):
    trusting(plugin, token_app)
    image = token_app.push("one")
    plugin.configure({"auths": {token_app.host: auth(READER)}})
    assert image.digest in plugin.run("inspect", token_app.at("one")).stdout


def test_one_token_for_pull_and_push_of_the_one_repository(token_app, token_server, binary):
    trusting(binary, token_app)
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
