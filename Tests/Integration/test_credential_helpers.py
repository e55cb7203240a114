"""Credential helpers that fail in all kinds of ways, and a real one.

https://github.com/docker/docker-credential-helpers#development
"""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.memory import run_measured
from support.credential_recorder import CredentialRecorder, credentials_sent, inspect_error
from support.credentials import auth, install_helper, install_script
from support.plugin import Plugin
from support.process import is_alive
from support.users import PUBLISHER
from support.waiting import wait_for


def use_helper(plugin, recorder, name="odd"):
    plugin.configure({"credHelpers": {recorder.host: name}})


def test_failing_helper_shows_its_stderr_but_never_its_stdout(recorder, binary):
    install_script(binary, "odd", """
echo '{"Username": "u", "Secret": "half-a-secret-9001"'; echo 'the vault is sealed' >&2; exit 3
""")
    use_helper(binary, recorder)
    error = inspect_error(binary, recorder)
    for fact in ("docker-credential-odd", "the vault is sealed", "credHelpers", "3"):
        assert fact in error
    assert "half-a-secret-9001" not in error


@pytest.mark.parametrize("answer", [
    "half-a-secret-9001", '{"Username": "half-a-secret-9001"}', '["half-a-secret-9001"]', "",
    '{"Username": 5, "Secret": "half-a-secret-9001"}', '{"Secret": "half-a-secret-9001"}',
])
def test_invalid_output_of_a_helper_is_not_shown(recorder, binary, answer):
    install_script(binary, "odd", f"printf '%s' '{answer}'")
    use_helper(binary, recorder)
    error = inspect_error(binary, recorder)
    assert "docker-credential-odd" in error and "half-a-secret-9001" not in error


def test_helper_with_endless_output_is_stopped(recorder, binary):
    install_script(binary, "odd", "exec yes half-a-secret-9001")
    use_helper(binary, recorder)
    result, memory = run_measured(binary, "inspect", recorder.name)
    assert result.returncode == 4 and "docker-credential-odd" in result.stderr
    assert "half-a-secret-9001" not in result.stderr
    assert memory < 64 << 20 and result.seconds < 20


def test_helper_that_does_not_read_its_stdin(recorder, binary):
    """The broken pipe must not end the plugin."""
    install_script(binary, "odd", """exec <&-
printf '{"ServerURL": "x", "Username": "u", "Secret": "secret-unasked-42"}'""")
    use_helper(binary, recorder)
    for _ in range(5):  # Whether it has ended before the write is a race.
        assert credentials_sent(binary, recorder) == "u:secret-unasked-42"


def test_helper_is_read_as_docker_reads_it(recorder, binary):
    """Go's decoder, and so docker, takes names in any case, the last of two, and nothing after the first value."""
    install_script(binary, "odd", """
printf '{"serverurl": "x", "Secret": "first", "USERNAME": "u", "secret": "secret-last-42", "Secret": null}\\ndone\\n'""")
    use_helper(binary, recorder)
    assert credentials_sent(binary, recorder) == "u:secret-last-42"


@pytest.mark.parametrize("username, sent", [
    ("", PUBLISHER.user_pass), ("<token>", PUBLISHER.user_pass), ("u", "u:"),
])
def test_empty_answer_of_a_helper_means_no_credentials(recorder, binary, username, sent):
    """Some helpers have no other way to say it. As in docker, the entry in auths is used then."""
    answer = json.dumps({"Username": username, "Secret": ""})
    install_script(binary, "odd", f"printf '%s' '{answer}'")
    binary.configure({"credHelpers": {recorder.host: "odd"}, "auths": {recorder.host: auth(PUBLISHER)}})
    assert credentials_sent(binary, recorder) == sent


def test_helper_killed_by_a_signal_is_named(recorder, binary):
    install_script(binary, "odd", "kill -9 $$")
    use_helper(binary, recorder)
    assert "docker-credential-odd" in inspect_error(binary, recorder)


@pytest.mark.parametrize("name", ["../evil", "/bin/evil", "ev il", "evil;id", "", "évil"])
def test_helper_names_that_are_paths_or_commands_are_not_run(recorder, binary, name):
    """The name is refused even though a program exists at the path that it would give."""
    ran = binary.home / "ran"
    names = ("bin/evil", "evil", "docker-credential-evil")
    for place in (binary.home / name for name in names):
        place.write_text(f"#!/bin/sh\ntouch {ran}\n")
        place.chmod(0o755)
    binary.configure({"credHelpers": {recorder.host: name}})
    error = inspect_error(binary, recorder)
    assert not ran.exists()
    if name:
        assert "credHelpers" in error
    else:
        assert "docker login" in error, "an empty name means no helper, as in docker"


@pytest.mark.parametrize("setting", ["credHelpers", "credsStore"])
def test_missing_helper_is_named(recorder, binary, setting):
    value = {"credHelpers": {recorder.host: "nowhere"}, "credsStore": "nowhere"}[setting]
    binary.configure({setting: value})
    error = inspect_error(binary, recorder)
    for fact in ("docker-credential-nowhere", setting, str(binary.config_dir / "config.json")):
        assert fact in error


@pytest.mark.parametrize("setting", ["credHelpers", "credsStore"])
def test_missing_helper_falls_back_to_the_entry_in_auths(recorder, binary, setting):
    """As in docker, and with a warning that the helper is missing."""
    value = {"credHelpers": {recorder.host: "nowhere"}, "credsStore": "nowhere"}[setting]
    binary.configure({setting: value, "auths": {recorder.host: auth(PUBLISHER)}})
    result = binary.run("inspect", recorder.name)
    assert recorder.credentials == PUBLISHER.user_pass
    [warning] = [line for line in result.stderr.splitlines() if line.startswith("WARNING: ")]
    for fact in ("docker-credential-nowhere", setting, str(binary.config_dir / "config.json")):
        assert fact in warning


@pytest.mark.parametrize("setting", ["credHelpers", "credsStore"])
def test_helper_without_credentials_does_not_hide_the_entry_in_auths(recorder, binary, setting):
    install_helper(binary, "empty")
    value = {"credHelpers": {recorder.host: "empty"}, "credsStore": "empty"}[setting]
    binary.configure({setting: value, "auths": {recorder.host: auth(PUBLISHER)}})
    assert credentials_sent(binary, recorder) == PUBLISHER.user_pass


@pytest.mark.parametrize("lines", [None, "exit 1"])
def test_image_for_everyone_needs_no_helper(token_app, token_server, binary, monkeypatch, lines):
    """Its token server gives a token to anyone who asks for one."""
    monkeypatch.setattr(token_server.policy, "anonymous_actions", frozenset({"pull"}))
    binary.trust(token_app.host, token_app.registry.ca_file)
    image = token_app.push("one")
    if lines:
        install_script(binary, "odd", lines)
    binary.configure({"credHelpers": {token_app.host: "odd"}})
    result = binary.run("inspect", token_app.at("one"))
    assert image.digest in result.stdout
    [warning] = [line for line in result.stderr.splitlines() if line.startswith("WARNING: ")]
    assert "docker-credential-odd" in warning


@pytest.mark.parametrize("lines", ["exit 1", "echo '{}'", "kill -9 $$"])
def test_failing_helper_does_not_fall_back_to_the_entry(recorder, binary, lines):
    """The entry may be years old."""
    install_script(binary, "odd", lines)
    binary.configure({"credsStore": "odd", "auths": {recorder.host: auth(PUBLISHER)}})
    assert "docker-credential-odd" in inspect_error(binary, recorder)
    assert recorder.credentials is None


def test_helper_whose_interpreter_is_missing_is_not_missing(recorder, binary):
    """As after an update of what runs it. The entry in auths may be years old."""
    install_script(binary, "odd", "").write_text("#!/nowhere/python3\n")
    binary.configure({"credsStore": "odd", "auths": {recorder.host: auth(PUBLISHER)}})
    error = inspect_error(binary, recorder)
    assert "docker-credential-odd" in error and "failed: its interpreter or loader is missing" in error
    assert recorder.credentials is None


@pytest.mark.parametrize("entry", [{}, {"auth": ""}, None, {"auth": "Og=="}])
def test_missing_helper_beside_an_empty_entry_is_an_error(recorder, binary, entry):
    """`docker login` leaves such an entry when it stores the credentials in a helper."""
    binary.configure({"credsStore": "nowhere", "auths": {recorder.host: entry}})
    assert "docker-credential-nowhere" in inspect_error(binary, recorder)


def test_helper_that_is_not_executable_is_named(recorder, binary):
    install_script(binary, "odd", "true").chmod(0o644)
    use_helper(binary, recorder)
    assert "docker-credential-odd" in inspect_error(binary, recorder)


HANGS = "trap '' TERM INT; echo $$ > \"$HOME/helper-pid\"; exec sleep 120"


@pytest.fixture(scope="session", autouse=True)
def hanging_helper(tmp_path_factory):
    """Starts with the first test here, so that its 30 s pass while others run (see `slow`)."""
    plugin = Plugin(tmp_path_factory.mktemp("hanging_helper") / "home")
    with CredentialRecorder() as recorder:
        install_script(plugin, "hangs", HANGS)
        use_helper(plugin, recorder, "hangs")
        running = plugin.start_binary("inspect", recorder.name)
        with ThreadPoolExecutor() as pool:
            yield plugin, pool.submit(running.wait, timeout=50)


def test_docker_credential_pass(protected_app, binary, gpg_home):
    """Debian's docker-credential-pass, pass and GnuPG, with a new key."""
    binary.trust(protected_app.host, protected_app.registry.ca_file)
    environment = {"GNUPGHOME": gpg_home}
    gpg = ["gpg", "--batch", "--passphrase", "", "--quick-generate-key", "manifestx-test"]
    assert binary.spawn([*gpg, "ed25519/cert", "cert", "never"], environment).returncode == 0
    listed = binary.spawn(["gpg", "--list-keys", "--with-colons"], environment).stdout
    [key] = [line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr")]
    add = ["gpg", "--batch", "--passphrase", "", "--quick-add-key", key, "cv25519", "encr", "never"]
    assert binary.spawn(add, environment).returncode == 0
    assert binary.spawn(["pass", "init", key], environment).returncode == 0
    entry = json.dumps({
        "ServerURL": protected_app.host, "Username": PUBLISHER.name, "Secret": PUBLISHER.password,
    })
    (binary.home / "entry").write_text(entry)
    store = ["sh", "-c", "docker-credential-pass store < entry"]
    assert binary.spawn(store, environment).returncode == 0
    binary.configure({"credsStore": "pass"})
    words = protected_app.push_pair()
    binary.publish(protected_app.at("v1"), *words, environment=environment, watch=True)
    assert "v1" in protected_app.tags()
    binary.configure({"credsStore": "pass", "credHelpers": {"else.example.com": "nowhere"}})
    binary.spawn(["pass", "rm", "-rf", "docker-credential-helpers"], environment)
    result = binary.fail("publish", protected_app.at("v2"), *words, environment=environment)
    assert f"docker login {protected_app.host}" in result.stderr


@pytest.mark.slow
def test_hanging_helper_is_reported_after_3_s_and_stopped_after_30_s(hanging_helper):
    """The helper process is ended too."""
    plugin, running = hanging_helper
    result = running.result()
    assert result.returncode == 4 and result.stdout == ""
    assert 29 <= result.seconds <= 36
    when, first = result.lines[0]
    assert 2.8 <= when <= 8 and "docker-credential-hangs" in first
    assert any("docker-credential-hangs" in line and "30 s" in line for _, line in result.lines[1:])
    helper = int((plugin.home / "helper-pid").read_text())
    wait_for(lambda: not is_alive(helper), "the helper is gone", 2)
