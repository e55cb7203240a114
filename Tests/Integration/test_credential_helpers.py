"""Credential helpers: programs that fail in every way that programs have, and a real one.

https://github.com/docker/docker-credential-helpers#development
"""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.credentials import auth, install_script
from support.gate import Gate, fails, inspect
from support.plugin import Plugin
from support.running import is_alive
from support.users import PUBLISHER
from support.waiting import wait_for


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
    result = binary.fail("inspect", gate.name, timeout=20)
    assert "docker-credential-odd" in result.stderr
    assert "half-a-secret-9001" not in result.stderr
    assert result.memory < 200 << 20


def test_helper_that_does_not_read(gate, binary):
    """It need not: the broken pipe is not our end."""
    install_script(binary, "odd", """exec <&-
printf '{"ServerURL": "x", "Username": "u", "Secret": "secret-unasked-42"}'""")
    use_helper(binary, gate)
    for _ in range(5):  # Whether it has gone before it is written to is a matter of luck.
        assert inspect(binary, gate) == "u:secret-unasked-42"


def test_helper_killed_by_a_signal(gate, binary):
    install_script(binary, "odd", "kill -9 $$")
    use_helper(binary, gate)
    assert "docker-credential-odd" in fails(binary, gate)


@pytest.mark.parametrize("name", ["../evil", "/bin/evil", "ev il", "evil;id", "", "évil"])
def test_bad_names_of_helpers(gate, binary, name):
    """Refused, not looked for: a file of that name lies where the path would lead."""
    ran = binary.home / "ran"
    names = ("bin/evil", "evil", "docker-credential-evil")
    for place in (binary.home / name for name in names):
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


@pytest.mark.parametrize("setting", ["credHelpers", "credsStore"])
def test_missing_helper_beside_an_entry(gate, binary, setting):
    """docker goes on with the entry; who stored it is told that the helper is not asked."""
    value = {"credHelpers": {gate.host: "nowhere"}, "credsStore": "nowhere"}[setting]
    binary.configure({setting: value, "auths": {gate.host: auth(PUBLISHER)}})
    result = binary.run("inspect", gate.name)
    assert gate.told == ":".join(PUBLISHER.pair)
    [warning] = [line for line in result.stderr.splitlines() if line.startswith("WARNING: ")]
    for fact in ("docker-credential-nowhere", setting, str(binary.config_dir / "config.json")):
        assert fact in warning


@pytest.mark.parametrize("lines", ["exit 1", "echo '{}'", "kill -9 $$"])
def test_failing_helper_beside_an_entry(gate, binary, lines):
    """What is there and fails is not passed over: the entry may be years old."""
    install_script(binary, "odd", lines)
    binary.configure({"credsStore": "odd", "auths": {gate.host: auth(PUBLISHER)}})
    assert "docker-credential-odd" in fails(binary, gate)
    assert gate.told is None


@pytest.mark.parametrize("entry", [{}, {"auth": ""}, None, {"auth": "Og=="}])
def test_missing_helper_beside_an_empty_entry(gate, binary, entry):
    """Such as a helper's own `docker login` leaves in the file."""
    binary.configure({"credsStore": "nowhere", "auths": {gate.host: entry}})
    assert "docker-credential-nowhere" in fails(binary, gate)


def test_helper_that_cannot_be_run(gate, binary):
    install_script(binary, "odd", "true").chmod(0o644)
    use_helper(binary, gate)
    assert "docker-credential-odd" in fails(binary, gate)


HANGS = "trap '' TERM INT; echo $$ > \"$HOME/helper-pid\"; exec sleep 120"


@pytest.fixture(scope="session", autouse=True)
def hanging(tmp_path_factory):
    """Starts with the first test here, so that its 30 s pass beside the others (see `slow`)."""
    plugin = Plugin(tmp_path_factory.mktemp("hanging") / "home")
    with Gate() as gate:
        install_script(plugin, "hangs", HANGS)
        use_helper(plugin, gate, "hangs")
        running = plugin.start_verb("inspect", gate.name)
        with ThreadPoolExecutor() as pool:
            yield plugin, pool.submit(running.wait, timeout=50)


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


@pytest.mark.slow
def test_helper_that_hangs(hanging):
    """A word after 3 s, the end after 30; and the helper is not left behind."""
    plugin, running = hanging
    result = running.result()
    assert result.returncode == 1 and result.stdout == ""
    assert 29 <= result.seconds <= 36
    when, first = result.lines[0]
    assert 2.8 <= when <= 8 and "docker-credential-hangs" in first
    assert "docker-credential-hangs" in result.lines[-1][1] and "30" in result.lines[-1][1]
    helper = int((plugin.home / "helper-pid").read_text())
    wait_for(lambda: not is_alive(helper), "the helper is gone", 2)
