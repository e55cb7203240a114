"""What docker login and its helpers left, in each form that it comes in.

That no output holds a password is checked by every run (see `support.plugin`).
"""

import base64
import json
import os

import pytest

from support import images
from support.credentials import auth, identity_token, install_helper, install_script
from support.plugin import Plugin
from support.running import is_alive
from support.stub_registry import Answer, StubRegistry
from support.users import PUBLISHER, READER, STRANGER, User
from support.waiting import wait_for

IMAGE = images.build("linux/arm64")
OTHER = User("somebody-else", "password-of-somebody-else")


class Gate(StubRegistry):
    """A registry with one image, which wants Basic; it keeps what it was told."""

    def __init__(self):
        super().__init__({})

    def answer(self, request):
        self.requests.append(request)
        if "Authorization" not in request.headers:
            return Answer(401, b"{}", {"WWW-Authenticate": 'Basic realm="gate"'})
        if "/blobs/" in request.path:
            return Answer(200, IMAGE.blobs[0])
        return Answer(200, IMAGE.manifest, {"Content-Type": IMAGE.media_type})

    @property
    def told(self):
        """Who came, as NAME:PASSWORD; None for nobody."""
        headers = [request.headers.get("Authorization") for request in self.requests]
        [said] = {header for header in headers if header} or {None}
        return said and base64.b64decode(said.removeprefix("Basic ")).decode()


@pytest.fixture
def gate():
    with Gate() as gate:
        yield gate


def inspect(plugin, gate, **options):
    result = plugin.run("inspect", f"{gate.host}/test/app:v1", **options)
    assert IMAGE.digest in result.stdout
    return gate.told


def fails(plugin, gate, **options):
    result = plugin.fail("inspect", f"{gate.host}/test/app:v1", **options)
    return result.stderr


def told(user):
    return ":".join(user.pair)


def in_environment(auths):
    return {"DOCKER_AUTH_CONFIG": auths if isinstance(auths, str) else json.dumps(auths)}


# Where they are looked for, and in which order.

def test_order_of_sources(gate, binary):
    """Each that is taken away gives way to the next."""
    binary.secrets += [OTHER.pair]
    host = gate.host
    special = install_helper(binary, "special")
    special.knows(host, READER)
    install_helper(binary, "general").knows(host, STRANGER)
    config = {
        "auths": {host: auth(OTHER)}, "credsStore": "general", "credHelpers": {host: "special"},
    }
    environment = in_environment({"auths": {host: auth(PUBLISHER)}})
    found = []
    for taken in (None, "environment", "credHelpers", "credsStore"):
        if taken == "environment":
            environment = {}
        else:
            config.pop(taken, None)
        binary.configure(config)
        found.append(inspect(binary, gate, environment=environment))
        gate.requests.clear()
    assert found == [told(user) for user in (PUBLISHER, READER, STRANGER, OTHER)]
    assert special.calls == [f"get {host}"], "with DOCKER_AUTH_CONFIG no helper is asked"


def test_environment_without_the_host_gives_way(gate, binary):
    binary.configure({"auths": {gate.host: auth(READER)}})
    environment = in_environment({"auths": {"else.example.com": auth(PUBLISHER)}})
    assert inspect(binary, gate, environment=environment) == told(READER)


@pytest.mark.parametrize("text", [
    '{"auths": {"HOST": {"auth": "AUTH", "email": "a@b"}}}', '{"auths": {"HOST": {}}}',
    '{"auths": {"HOST": {"auth": ""}}}', '{"auths": {"HOST": {"username": "a"}}}',
    '{"auths": {}, "credsStore": "pass"}', '{"auths": {"HOST": {"auth": "AUTH"}}} {}',
    '{"auths": {"HOST": {"auth": "no-base-64 %%"}}}', "AUTH", "[]", '{"auths": ["AUTH"]}',
    '{"auths": {"HOST": "AUTH"}}', '{"auths": {"HOST": {"auth": "bm8tY29sb24tYXQtYWxs"}}}',
])
def test_environment_is_read_strictly(gate, binary, text):
    secret = auth(PUBLISHER)["auth"]
    text = text.replace("HOST", gate.host).replace("AUTH", secret)
    binary.configure({"auths": {gate.host: auth(READER)}})
    error = fails(binary, gate, environment=in_environment(text))
    assert "DOCKER_AUTH_CONFIG" in error
    for value in (secret, "bm8tY29sb24tYXQtYWxs", "no-base-64", "no-colon-at-all"):
        assert value not in error
    assert gate.requests == [] or gate.told is None


def test_empty_environment_is_none(gate, binary):
    binary.configure({"auths": {gate.host: auth(READER)}})
    assert inspect(binary, gate, environment=in_environment("")) == told(READER)


@pytest.mark.parametrize("form", [
    "{}", "https://{}", "http://{}", "https://{}/", "https://{}/v1/", "https://{}/v2/", "{}/v1/",
    "https://{}/v2", "{}/",
])
def test_forms_of_keys(gate, binary, form):
    binary.configure({"auths": {form.format(gate.host): auth(PUBLISHER)}})
    assert inspect(binary, gate) == told(PUBLISHER)


@pytest.mark.parametrize("exact, other", [
    ("{}", "https://{}"), ("{}", "https://{}/v1/"), ("https://{}", "https://{}/some/where"),
])
@pytest.mark.parametrize("reverse", [False, True])
def test_most_exact_key(gate, binary, exact, other, reverse):
    binary.secrets += [OTHER.pair]
    entries = [(exact, PUBLISHER), (other, OTHER)]
    entries = entries[::-1] if reverse else entries
    binary.configure({"auths": {key.format(gate.host): auth(user) for key, user in entries}})
    assert inspect(binary, gate) == told(PUBLISHER)


@pytest.mark.parametrize("key", ["1{}", "{}0", "https://{}.example.com", "user@{}", "127.0.0.1"])
def test_keys_of_others(gate, binary, key):
    binary.configure({"auths": {key.format(gate.host): auth(PUBLISHER)}})
    fails(binary, gate)
    assert gate.told is None


# What is in them.

PASSWORDS = [
    "with:colons:in:it", ":::::::", " spaces around it ", "pässwörd-ßµ-漢字-🔑", "", "quote\"s'\\back",
    "100%41+&=?#", "tab\tin it", "x" * 4096, "$HOME`id`$(id)",
]


@pytest.mark.parametrize("password", PASSWORDS, ids=range(len(PASSWORDS)))
@pytest.mark.parametrize("form", ["auth", "fields", "helper"])
def test_odd_passwords(gate, binary, password, form):
    user = User("name", password)
    if len(password) > 5:
        binary.secrets.append(user.pair)
    if form == "helper":
        install_helper(binary, "vault").knows(gate.host, user)
        binary.configure({"credsStore": "vault"})
    elif form == "auth":
        binary.configure({"auths": {gate.host: auth(user)}})
    else:
        entry = {"username": user.name, "password": password}
        binary.configure({"auths": {gate.host: entry}})
    assert inspect(binary, gate, watch=len(password) == 4096) == f"name:{password}"


@pytest.mark.parametrize("password", ["a", "ab", "abc", "abcd"])
@pytest.mark.parametrize("padded", [True, False])
def test_padding(gate, binary, password, padded):
    entry = auth(User("n", password))
    text = entry["auth"] if padded else entry["auth"].rstrip("=")
    binary.configure({"auths": {gate.host: {"auth": text}}})
    assert inspect(binary, gate) == f"n:{password}"


@pytest.mark.parametrize("value", ["***not+base64***", "abc=def", "bm8tY29sb24tYXQtYWxs", "/////w=="])
def test_broken_auth_is_named_and_not_shown(gate, binary, value):
    binary.configure({"auths": {gate.host: {"auth": value}}})
    error = fails(binary, gate)
    assert str(binary.config_dir / "config.json") in error
    assert gate.host in error and "auth" in error and "docker login" in error
    assert value not in error and "no-colon" not in error


def test_broken_entry_of_another_registry_does_no_harm(gate, binary):
    binary.configure({"auths": {
        "else.example.com": {"auth": "***"}, gate.host: auth(PUBLISHER),
    }})
    assert inspect(binary, gate) == told(PUBLISHER)


# Identity tokens, and tokens of the registry itself.

REFRESH = "refresh-token-in-the-test-1618"


@pytest.fixture
def logged_in(token_app, token_server, binary):
    """Answers what config.json says, for a way of keeping REFRESH."""
    binary.trust(token_app.host, token_app.registry.ca_file)
    binary.secrets.append(("", REFRESH))
    token_server.policy.refresh_tokens[REFRESH] = PUBLISHER.name

    def configure(way):
        if way == "helper":
            install_helper(binary, "vault").knows(token_app.host, User("<token>", REFRESH))
            binary.configure({"credHelpers": {token_app.host: "vault"}})
        else:
            binary.configure({"auths": {token_app.host: identity_token(REFRESH)}})
    yield configure
    del token_server.policy.refresh_tokens[REFRESH]
    token_server.policy.takes_posts = True
    token_server.policy.refuses_posts_with = 405


@pytest.mark.parametrize("way", ["auths", "helper"])
def test_identity_token(token_app, token_server, binary, logged_in, way):
    logged_in(way)
    words = token_app.push_pair()
    mark = token_server.mark()
    binary.publish("--debug", token_app.at("v1"), *words, watch=True)
    [request] = token_server.since(mark)
    assert (request.method, request.status, request.user) == ("POST", 200, PUBLISHER.name)
    assert request.form["grant_type"] == "refresh_token"
    assert "Authorization" not in request.headers
    assert request.form["scope"].startswith(f"repository:{token_app.path}:")
    assert "v1" in token_app.tags()


@pytest.mark.parametrize("way", ["auths", "helper"])
@pytest.mark.parametrize("status", [404, 405, 401])
def test_identity_token_where_there_is_no_post(
    token_app, token_server, binary, logged_in, way, status
):
    logged_in(way)
    words = token_app.push_pair()
    token_server.policy.takes_posts = False
    token_server.policy.refuses_posts_with = status
    mark = token_server.mark()
    binary.publish("--debug", token_app.at("v1"), *words)
    requests = token_server.since(mark)
    assert [(r.method, r.status) for r in requests] == [("POST", status), ("GET", 200)]


def test_identity_token_that_is_no_longer_good(token_app, token_server, binary, logged_in):
    logged_in("auths")
    binary.configure({"auths": {token_app.host: identity_token("an-old-refresh-token-577")}})
    binary.secrets.append(("", "an-old-refresh-token-577"))
    words = token_app.push_pair()
    mark = token_server.mark()
    result = binary.fail("publish", "--debug", token_app.at("v1"), *words)
    assert f"docker login {token_app.host}" in result.stderr
    assert len(token_server.since(mark)) <= 2


def test_registry_token(token_app, token_server, binary, authority):
    """Is sent as it is: nobody is asked for another."""
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


# Helpers.

def use_helper(plugin, gate, name="odd"):
    plugin.configure({"credHelpers": {gate.host: name}})


def test_failing_helper_shows_its_errors_and_never_its_output(gate, binary):
    install_script(binary, "odd", """
echo '{"Username": "u", "Secret": "half-a-secret-9001"'; echo 'the vault is sealed' >&2; exit 3
""")
    use_helper(binary, gate)
    error = fails(binary, gate)
    for fact in ("docker-credential-odd", "the vault is sealed", "credHelpers", "3"):
        assert fact in error
    assert "half-a-secret-9001" not in error


@pytest.mark.parametrize("answer", [
    "half-a-secret-9001", '{"Username": "half-a-secret-9001"}', '["half-a-secret-9001"]', "",
    '{"Username": 5, "Secret": "half-a-secret-9001"}', '{"Secret": "half-a-secret-9001"}',
])
def test_nonsense_of_a_helper_is_not_shown(gate, binary, answer):
    install_script(binary, "odd", f"printf '%s' '{answer}'")
    use_helper(binary, gate)
    error = fails(binary, gate)
    assert "docker-credential-odd" in error and "half-a-secret-9001" not in error


def test_helper_that_talks_without_end(gate, binary):
    install_script(binary, "odd", "exec yes half-a-secret-9001")
    use_helper(binary, gate)
    result = binary.fail("inspect", f"{gate.host}/test/app:v1", timeout=20)
    assert "docker-credential-odd" in result.stderr
    assert "half-a-secret-9001" not in result.stderr
    assert result.memory < 200 << 20


def test_helper_that_does_not_read(gate, binary):
    """It need not: the broken pipe is not our end."""
    install_script(binary, "odd", """exec <&-
printf '{"ServerURL": "x", "Username": "u", "Secret": "secret-unasked-42"}'""")
    use_helper(binary, gate)
    assert inspect(binary, gate) == "u:secret-unasked-42"


def test_helper_killed_by_a_signal(gate, binary):
    install_script(binary, "odd", "kill -9 $$")
    use_helper(binary, gate)
    assert "docker-credential-odd" in fails(binary, gate)


@pytest.mark.parametrize("name", ["../evil", "/bin/evil", "ev il", "evil;id", "", "évil"])
def test_bad_names_of_helpers(gate, binary, name):
    """Refused, not looked for: a file of that name lies where the path would lead."""
    ran = binary.home / "ran"
    for place in (binary.bin / "evil", binary.home / "evil", binary.home / "docker-credential-evil"):
        place.write_text(f"#!/bin/sh\ntouch {ran}\n")
        place.chmod(0o755)
    binary.configure({"credHelpers": {gate.host: name}})
    error = fails(binary, gate)
    assert not ran.exists()
    if name:
        assert "credHelpers" in error
    else:
        assert "docker login" in error, "an empty name is none, as in docker"


@pytest.mark.parametrize("setting", ["credHelpers", "credsStore"])
def test_missing_helper(gate, binary, setting):
    value = {"credHelpers": {gate.host: "nowhere"}, "credsStore": "nowhere"}[setting]
    binary.configure({setting: value})
    error = fails(binary, gate)
    for fact in ("docker-credential-nowhere", setting, str(binary.config_dir / "config.json")):
        assert fact in error


def test_helper_that_cannot_be_run(gate, binary):
    install_script(binary, "odd", "true").chmod(0o644)
    use_helper(binary, gate)
    assert "docker-credential-odd" in fails(binary, gate)


HANGS = "trap '' TERM INT; echo $$ > \"$HOME/helper-pid\"; exec sleep 120"


@pytest.fixture(scope="module", autouse=True)
def hanging(tmp_path_factory):
    """Starts with the first test here, so that its 30 s pass beside the others."""
    plugin = Plugin(tmp_path_factory.mktemp("hanging") / "home")
    with Gate() as gate:
        install_script(plugin, "hangs", HANGS)
        use_helper(plugin, gate, "hangs")
        yield plugin, plugin.start_verb("inspect", f"{gate.host}/test/app:v1")


def test_real_pass(guarded_app, binary, gpg_home):
    """docker-credential-pass, pass and GnuPG of Debian, with a key of the test's own."""
    binary.trust(guarded_app.host, guarded_app.registry.ca_file)
    environment = {"GNUPGHOME": gpg_home}
    gpg = ["gpg", "--batch", "--passphrase", "", "--quick-generate-key", "manifestx-test"]
    assert binary.spawn([*gpg, "ed25519/cert", "cert", "never"], environment).returncode == 0
    listed = binary.spawn(["gpg", "--list-keys", "--with-colons"], environment).stdout
    [key] = [line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr")]
    add = ["gpg", "--batch", "--passphrase", "", "--quick-add-key", key, "cv25519", "encr", "never"]
    assert binary.spawn(add, environment).returncode == 0
    assert binary.spawn(["pass", "init", key], environment).returncode == 0
    entry = json.dumps({
        "ServerURL": guarded_app.host, "Username": PUBLISHER.name, "Secret": PUBLISHER.password,
    })
    (binary.home / "entry").write_text(entry)
    store = ["sh", "-c", "docker-credential-pass store < entry"]
    assert binary.spawn(store, environment).returncode == 0
    binary.configure({"credsStore": "pass"})
    words = guarded_app.push_pair()
    binary.publish(guarded_app.at("v1"), *words, environment=environment, watch=True)
    assert "v1" in guarded_app.tags()
    binary.configure({"credsStore": "pass", "credHelpers": {"else.example.com": "nowhere"}})
    binary.spawn(["pass", "rm", "-rf", "docker-credential-helpers"], environment)
    result = binary.fail("publish", guarded_app.at("v2"), *words, environment=environment)
    assert f"docker login {guarded_app.host}" in result.stderr


# The file.

@pytest.mark.parametrize("content", ["", "\n", "{}", "\ufeff{}", '\ufeff{"auths": {}}'])
def test_file_that_says_nothing(app, binary, content):
    (binary.config_dir / "config.json").write_text(content)
    image = app.push("one")
    assert image.digest in binary.run("inspect", app.at("one")).stdout


def test_byte_order_mark(gate, binary):
    text = json.dumps({"auths": {gate.host: auth(PUBLISHER)}})
    (binary.config_dir / "config.json").write_text("\ufeff" + text)
    assert inspect(binary, gate) == told(PUBLISHER)


@pytest.mark.parametrize("experimental", ["enabled", True, False, "x"])
def test_what_is_not_about_registries_is_left_alone(gate, binary, experimental):
    binary.configure({
        "experimental": experimental, "psFormat": 5, "plugins": [], "proxies": "none", "x": None,
        "currentContext": "elsewhere", "detachKeys": {}, "auths": {gate.host: auth(PUBLISHER)},
    })
    assert inspect(binary, gate) == told(PUBLISHER)


@pytest.mark.parametrize("config, place", [
    ({"auths": ["value-not-shown"]}, ["auths"]),
    ({"auths": {"HOST": "value-not-shown"}}, ["auths", "HOST"]),
    ({"auths": {"HOST": {"auth": 5}}}, ["auths", "HOST", "auth"]),
    ({"auths": {"HOST": {"identitytoken": ["value-not-shown"]}}}, ["auths", "identitytoken"]),
    ({"credsStore": {"x": "value-not-shown"}}, ["credsStore"]),
    ({"credHelpers": "value-not-shown"}, ["credHelpers"]),
    ({"credHelpers": {"HOST": ["value-not-shown"]}}, ["credHelpers", "HOST"]),
    ({"HttpHeaders": "value-not-shown"}, ["HttpHeaders"]),
    ({"HttpHeaders": {"X-Meta": 5}}, ["HttpHeaders", "X-Meta"]),
    (["value-not-shown"], []),
])
def test_wrong_types_are_named_by_their_place(gate, binary, config, place):
    (binary.config_dir / "config.json").write_text(json.dumps(config).replace("HOST", gate.host))
    error = fails(binary, gate)
    assert str(binary.config_dir / "config.json") in error
    for part in place:
        assert part.replace("HOST", gate.host) in error
    assert "value-not-shown" not in error


@pytest.mark.parametrize("text, line", [('{"auths": {', 1), ('{\n  "auths": {},\n}', 3), ("{]", 1)])
def test_broken_file_is_named_with_the_line(gate, binary, text, line):
    (binary.config_dir / "config.json").write_text(text)
    assert f"{binary.config_dir / 'config.json'}:{line}" in fails(binary, gate)


def test_file_is_a_directory(gate, binary):
    (binary.config_dir / "config.json").mkdir()
    assert str(binary.config_dir / "config.json") in fails(binary, gate)


def test_dangling_link_is_no_file(app, binary):
    (binary.config_dir / "config.json").symlink_to(binary.home / "gone")
    image = app.push("one")
    assert image.digest in binary.run("inspect", app.at("one")).stdout


def test_unreadable_file(gate, binary):
    """As one who may not read it: root without root's privileges over files."""
    binary.configure({"auths": {gate.host: auth(PUBLISHER)}})
    os.chmod(binary.config_dir / "config.json", 0)
    powerless = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    command = [*powerless, str(binary.binary), "inspect", f"{gate.host}/test/app:v1"]
    result = binary.spawn(command)
    assert result.returncode == 1 and result.stdout == ""
    assert str(binary.config_dir / "config.json") in result.stderr
    assert "denied" in result.stderr.lower()


def test_http_headers(gate, binary):
    """Sent to registries, and never in the place of what the protocol needs."""
    binary.configure({"auths": {gate.host: auth(PUBLISHER)}, "HttpHeaders": {
        "X-Meta": "from config", "authorization": "Bearer of-the-config-8128", "HOST": "evil",
        "Content-Type": "text/evil", "content-length": "1", "Content-Encoding": "gzip",
    }})
    assert inspect(binary, gate) == told(PUBLISHER)
    for request in gate.requests:
        assert request.headers["X-Meta"] == "from config"
        assert request.headers["Host"] == gate.host
        assert "evil" not in str(request.headers) and "8128" not in str(request.headers)
        assert "Content-Encoding" not in request.headers


def test_http_headers_cannot_bring_others_in(gate, binary):
    binary.configure({"HttpHeaders": {"X-Meta": "a\r\nX-Evil: b", "X-Other\r\nX-Evil": "c"}})
    binary.attempt("inspect", f"{gate.host}/test/app:v1")
    assert all("X-Evil" not in request.headers for request in gate.requests)


@pytest.mark.slow
def test_helper_that_hangs(hanging):
    """A word after 3 s, the end after 30; and the helper is not left behind."""
    plugin, running = hanging
    result = running.wait(timeout=50)
    assert result.returncode == 1 and result.stdout == ""
    assert 29 <= result.seconds <= 36
    when, first = result.lines[0]
    assert 2.8 <= when <= 8 and "docker-credential-hangs" in first
    assert "docker-credential-hangs" in result.lines[-1][1] and "30" in result.lines[-1][1]
    helper = int((plugin.home / "helper-pid").read_text())
    wait_for(lambda: not is_alive(helper), "the helper is gone", 2)
