"""Stored credentials in every form that docker login and its users write.

`support.plugin` checks in every run that no output contains a password.
"""

import base64
import json

import pytest

from support.credential_recorder import credentials_sent, inspect_error
from support.credentials import auth, identity_token, install_helper
from support.stub_registry import Everywhere, StubRegistry, errors
from support.users import PUBLISHER, User

OTHER = User("somebody-else", "password-of-somebody-else")


# Which key.

@pytest.mark.parametrize("form", [
    "{}", "https://{}", "http://{}", "https://{}/", "https://{}/v1/", "https://{}/v2/", "{}/v1/",
    "https://{}/v2", "{}/",
])
def test_url_forms_of_keys_match(recorder, binary, form):
    binary.configure({"auths": {form.format(recorder.host): auth(PUBLISHER)}})
    assert credentials_sent(binary, recorder) == PUBLISHER.user_pass


@pytest.mark.parametrize("exact, other", [
    ("{}", "https://{}"), ("{}", "https://{}/v1/"), ("https://{}", "https://{}/some/where"),
])
@pytest.mark.parametrize("reverse", [False, True])
def test_most_exact_key_is_used(recorder, binary, exact, other, reverse):
    binary.secrets += [OTHER.pair]
    entries = [(exact, PUBLISHER), (other, OTHER)]
    entries = entries[::-1] if reverse else entries
    binary.configure({"auths": {key.format(recorder.host): auth(user) for key, user in entries}})
    assert credentials_sent(binary, recorder) == PUBLISHER.user_pass


@pytest.mark.parametrize("key", ["1{}", "{}0", "https://{}.example.com", "user@{}", "127.0.0.1"])
def test_keys_of_other_hosts_do_not_match(recorder, binary, key):
    binary.configure({"auths": {key.format(recorder.host): auth(PUBLISHER)}})
    inspect_error(binary, recorder)
    assert recorder.credentials is None


# The contents of an entry.

PASSWORDS = [
    "with:colons:in:it", ":::::::", " spaces around it ", "pässwörd-ßµ-漢字-🔑", "",
    "quote\"s'\\back",
    "100%41+&=?#", "tab\tin it", "x" * 4096, "$HOME`id`$(id)",
]


@pytest.mark.parametrize("password", PASSWORDS, ids=range(len(PASSWORDS)))
@pytest.mark.parametrize("form", ["auth", "fields", "helper"])
def test_special_characters_in_passwords(recorder, binary, password, form):
    user = User("name", password)
    if len(password) > 5:
        binary.secrets.append(user.pair)
    if form == "helper":
        install_helper(binary, "vault").add_credential(recorder.host, user)
        binary.configure({"credsStore": "vault"})
    elif form == "auth":
        binary.configure({"auths": {recorder.host: auth(user)}})
    else:
        entry = {"username": user.name, "password": password}
        binary.configure({"auths": {recorder.host: entry}})
    assert credentials_sent(binary, recorder, watch=len(password) == 4096) == f"name:{password}"


@pytest.mark.parametrize("password", ["a", "ab", "abc", "abcd"])
@pytest.mark.parametrize("padded", [True, False])
def test_base64_with_and_without_padding(recorder, binary, password, padded):
    entry = auth(User("n", password))
    text = entry["auth"] if padded else entry["auth"].rstrip("=")
    binary.configure({"auths": {recorder.host: {"auth": text}}})
    assert credentials_sent(binary, recorder) == f"n:{password}"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_breaks_in_base64_are_skipped(recorder, binary, end):
    """`base64` inserts one after every 76 characters, and Go's decoder ignores them."""
    user = User("name", "a-long-password-" * 8)
    binary.secrets.append(user.pair)
    text = auth(user)["auth"]
    lines = [text[start:start + 76] for start in range(0, len(text), 76)]
    assert len(lines) > 2
    binary.configure({"auths": {recorder.host: {"auth": end.join([*lines, ""])}}})
    assert credentials_sent(binary, recorder) == user.user_pass


def test_password_that_is_not_utf_8_is_an_error(recorder, binary):
    text = base64.b64encode("name:pässwörd-in-latin-1".encode("latin-1")).decode()
    binary.configure({"auths": {recorder.host: {"auth": text}}})
    error = inspect_error(binary, recorder)
    assert "UTF-8" in error and "not base64" not in error
    assert text not in error and "latin-1" not in error


@pytest.mark.parametrize("entry", [{"auth": "Og=="}, {"auth": ""}, {}, None])
def test_empty_entry_means_no_credentials(recorder, binary, entry):
    """As in docker: it is not a user with an empty name."""
    binary.configure({"auths": {recorder.host: entry}})
    assert f"docker login {recorder.host}" in inspect_error(binary, recorder)
    assert recorder.credentials is None


@pytest.mark.parametrize("name", ["", "<token>"])
def test_empty_answer_of_a_helper_means_no_credentials(recorder, binary, name):
    install_helper(binary, "vault").add_credential(recorder.host, User(name, ""))
    binary.configure({"credsStore": "vault"})
    assert f"docker login {recorder.host}" in inspect_error(binary, recorder)
    assert recorder.credentials is None


BROKEN = ("***not+base64***", "ab=def", "bm8tY29sb24tYXQtYWxs", "/////w==")


@pytest.mark.parametrize("value", BROKEN)
def test_invalid_auth_is_located_but_not_shown(recorder, binary, value):
    binary.configure({"auths": {recorder.host: {"auth": value}}})
    error = inspect_error(binary, recorder)
    assert str(binary.config_dir / "config.json") in error
    assert recorder.host in error and "auth" in error and "docker login" in error
    assert value not in error and "no-colon" not in error


def test_invalid_entry_of_another_registry_is_ignored(recorder, binary):
    binary.configure({"auths": {
        "else.example.com": {"auth": "***"}, recorder.host: auth(PUBLISHER),
    }})
    assert credentials_sent(binary, recorder) == PUBLISHER.user_pass


# Identity tokens, and tokens of the registry itself.

REFRESH = "refresh-token-in-the-test-1618"


@pytest.fixture
def store_token(token_app, token_server, binary):
    """A function that stores REFRESH in `auths` or in a helper."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    binary.secrets.append(("", REFRESH))
    token_server.policy.refresh_tokens[REFRESH] = PUBLISHER.name

    def configure(storage):
        if storage == "helper":
            install_helper(binary, "vault").add_credential(token_app.host, User("<token>", REFRESH))
            binary.configure({"credHelpers": {token_app.host: "vault"}})
        else:
            binary.configure({"auths": {token_app.host: identity_token(REFRESH)}})
    yield configure
    del token_server.policy.refresh_tokens[REFRESH]
    token_server.policy.takes_posts = True
    token_server.policy.refuses_posts_with = 405


@pytest.mark.parametrize("storage", ["auths", "helper"])
def test_identity_token_is_exchanged_by_post(token_app, token_server, binary, store_token, storage):
    store_token(storage)
    words = token_app.push_pair()
    mark = token_server.mark()
    binary.publish("--debug", token_app.at("v1"), *words, watch=True)
    [request] = token_server.since(mark)
    assert (request.method, request.status, request.user) == ("POST", 200, PUBLISHER.name)
    assert request.form["grant_type"] == "refresh_token"
    assert "Authorization" not in request.headers
    assert request.form["scope"].startswith(f"repository:{token_app.path}:")
    assert "v1" in token_app.tags()


@pytest.mark.parametrize("storage", ["auths", "helper"])
@pytest.mark.parametrize("status", [404, 405, 401])
def test_identity_token_is_sent_by_get_where_post_is_refused(
    token_app, token_server, binary, store_token, storage, status
):
    store_token(storage)
    words = token_app.push_pair()
    token_server.policy.takes_posts = False
    token_server.policy.refuses_posts_with = status
    mark = token_server.mark()
    binary.publish("--debug", token_app.at("v1"), *words)
    requests = token_server.since(mark)
    assert [(r.method, r.status) for r in requests] == [("POST", status), ("GET", 200)]


def test_expired_identity_token_is_refused_without_a_loop(token_app, token_server, binary, store_token):
    store_token("auths")
    binary.configure({"auths": {token_app.host: identity_token("an-old-refresh-token-577")}})
    binary.secrets.append(("", "an-old-refresh-token-577"))
    words = token_app.push_pair()
    mark = token_server.mark()
    result = binary.fail("publish", "--debug", token_app.at("v1"), *words)
    assert f"docker login {token_app.host}" in result.stderr
    assert len(token_server.since(mark)) <= 2


def test_registry_token_is_sent_as_it_is(token_app, token_server, binary, authority):
    """No token server is asked for another token."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    words = token_app.push_pair()
    asked = token_app.registry.api.request(
        "GET",
        f"{token_server.realm}?service={token_server.service}"
        f"&scope=repository:{token_app.path}:pull,push",
        headers={"Authorization": "Basic " + auth(PUBLISHER)["auth"]}, expect=200,
    )
    token = asked.json()["token"]
    binary.secrets.append(("", token))
    binary.configure({"auths": {token_app.host: {"registrytoken": token}}})
    mark = token_server.mark()
    binary.publish("--debug", token_app.at("v1"), *words, watch=True)
    assert token_server.since(mark) == []
    assert "v1" in token_app.tags()


def test_registry_token_with_a_line_break(recorder, binary):
    """A token that was read with its line break: the error names the place of the setting, as for other entries."""
    binary.secrets.append(("", "registry-token-1618"))
    binary.configure({"auths": {recorder.host: {"registrytoken": "registry-token-1618\n"}}})
    problem = f'config.json: auths["{recorder.host}"].registrytoken contains line breaks'
    error = inspect_error(binary, recorder)
    assert problem in error[error.index("ERROR: "):]
    result = binary.attempt("doctor", recorder.name)
    assert result.returncode == 1 and problem in result.stdout and recorder.credentials is None


@pytest.mark.parametrize("source", ["config.json", "DOCKER_AUTH_CONFIG"])
@pytest.mark.parametrize("command", [["inspect"], ["resolve", "--trace"], ["publish", "--dry-run"], ["--debug", "inspect"]])
def test_a_server_that_repeats_a_password_before_it_was_sent(binary, source, command):
    """Nobody asks for it here: the server has it from elsewhere."""
    password = "a-password-of-5099"
    with StubRegistry(Everywhere(errors(404, "NOT_FOUND", f"{password} is not {password}"))) as stub:
        auths = {"auths": {f"https://{stub.host}/v2/": auth(User("me", password))}}
        environment = {"DOCKER_AUTH_CONFIG": json.dumps(auths)} if source == "DOCKER_AUTH_CONFIG" else {}
        if not environment:
            binary.configure(auths)
        words = [f"{stub.host}/a:v1", "x-amd64"] if "publish" in command else [f"{stub.host}/a:v1"]
        result = binary.attempt(*command, *words, environment=environment)
    assert result.returncode == 3 and "NOT_FOUND" in result.stderr
    assert password not in result.output and not any("Authorization" in r.headers for r in stub.requests)
